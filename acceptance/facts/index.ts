/** All facts that only the real AWS can settle. docs/acceptance.md has them as a table. */
import { DOCUMENT_FACTS } from './documents.ts';
import { IDENTITY_FACTS } from './identities.ts';
import { REFUSAL_FACTS } from './refusals.ts';
import { TIME_FACTS } from './times.ts';

export const FACTS = [...DOCUMENT_FACTS, ...REFUSAL_FACTS, ...TIME_FACTS, ...IDENTITY_FACTS] as const;

export type FactId = (typeof FACTS)[number]['id'];
