/** The post step: this run's directory, with kubeconfig, tokens and values files, is gone when the job ends. */
import { rm } from 'node:fs/promises';

// The runner gives what the main step saved as `directory` in this variable. Read here, since the toolkit would make this step 490 KB.
const directory = process.env['STATE_directory'] ?? '';
if (directory !== '') {
  try {
    // Windows refuses to remove what a program that was just ended still holds open.
    await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    process.stdout.write('Temporary files removed.\n');
  } catch (error) {
    const said = (error instanceof Error ? error.message : String(error)).replaceAll('%', '%25');
    process.stdout.write(
      `::error::The temporary files of this run, credentials among them, are still there: ${said.replaceAll(/[\r\n]+/g, ' ')}. If other jobs use this runner, remove that directory by hand.\n`,
    );
    process.exitCode = 1;
  }
}
