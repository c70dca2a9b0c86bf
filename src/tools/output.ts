/** Collects what a child process prints. */

export interface Output {
  readonly add: (chunk: Buffer) => void;
  /** All chunks so far as UTF-8. */
  readonly text: () => string;
}

/** Keeps the chunks and joins them once: joining texts as they come would copy all of it each time. */
export function collectOutput(): Output {
  const chunks: Buffer[] = [];
  return {
    add: (chunk) => {
      chunks.push(chunk);
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
