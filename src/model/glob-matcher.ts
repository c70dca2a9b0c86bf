/** What globs of the inputs match. */
import picomatch from 'picomatch';

/** Any of the globs; those with a leading `!` leave out what they match. Without any other, `everything` is one. */
export function globMatcher(globs: readonly string[], everything: string): (name: string) => boolean {
  const ignore = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  const included = globs.filter((glob) => !glob.startsWith('!'));
  return picomatch(included.length === 0 ? [everything] : included, { dot: true, noextglob: true, ignore });
}
