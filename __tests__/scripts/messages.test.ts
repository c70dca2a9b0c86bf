/** The list of messages. */
import { expect, test } from '@jest/globals';
import { messagesIn } from '../../scripts/messages.ts';

test('lists the strings with words in them, with their lines, however they are put together', () => {
  const source = [
    "import { x } from './model/message.ts';",
    '/** no string at all */',
    "const name = 'create-role';",
    'throw new Failure(`${count} of ${all.map((each) => `an inner ${each}`)} failed`, {',
    "  said: 'it is “so”, ' +",
    "    `${why} indeed` + (last ? 'and more' : ''),",
    '});',
  ].join('\n');
  // A second time: positions count on from file to file.
  messagesIn(source);
  expect(messagesIn(source)).toEqual([
    { line: 4, text: '${…} of ${…} failed' },
    { line: 4, text: 'an inner ${…}' },
    { line: 5, text: 'it is “so”, ${…} indeed${…}' },
    { line: 6, text: 'and more' },
  ]);
});
