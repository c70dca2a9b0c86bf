/** Sends requests over one connection, which is made when the first is sent and lasts as long as the job. */
import { Failure } from '../../model/failure.ts';
import { errorMessage } from '../../tools/error-message.ts';
import { NOT_OF_API_SERVER } from '../stderr.ts';
import type { Send } from './api.ts';
import { type ApiAnswer, type ApiConnection, connectToApi, type ConnectionOptions } from './connection.ts';

/** All that is read, and the dry runs of pods. */
const ALLOWED = {
  name: 'api',
  methods: ['GET', 'POST'],
  paths: String.raw`^/(apis?(/.*)?|\.well-known/openid-configuration)$`,
} as const;

export interface Sender {
  readonly send: Send;
  /** Ends the connection, when one was made. */
  close(): Promise<void>;
}

/**
 * A connection that broke, as when somebody has ended the program, is made anew for the next request; the one that met it gets the
 * answer that there was none.
 */
export function createSender(options: ConnectionOptions): Sender {
  let connection: Promise<ApiConnection> | undefined;
  const drop = async (used: typeof connection): Promise<void> => {
    if (connection === used) connection = undefined;
    const broken = await used?.catch(() => undefined);
    await broken?.stop();
  };
  const send: Send = async (request) =>
    await options.kubectl.during(async () => {
      connection ??= connectToApi(options, ALLOWED);
      const used = connection;
      try {
        return await (await used).send(request);
      } catch (error) {
        await drop(used);
        if (error instanceof Failure) throw error;
        return noAnswer(error);
      }
    });
  return { send, close: async () => await drop(connection) };
}

function noAnswer(error: unknown): ApiAnswer {
  return { status: 502, body: `${NOT_OF_API_SERVER}: none came (${errorMessage(error)})` };
}
