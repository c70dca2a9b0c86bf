/** A value that survives JSON unchanged: what plans, digests and outputs are made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
