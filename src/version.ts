/** Set from package.json by the release; a test holds the two together. */
export const VERSION = '0.1.0';
