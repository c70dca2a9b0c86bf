/** What has to end, last started first. */
export class Cleanup {
  private tasks: (() => Promise<void>)[] = [];
  private ran = false;

  add(task: () => Promise<void>): void {
    this.tasks.push(task);
  }

  /** Waits for something to start, and from then on has it ended with the rest; at once if the rest has ended already. */
  async after<T>(starting: Promise<T>, end: (started: T) => Promise<void>): Promise<T> {
    const started = await starting;
    if (this.ran) await end(started);
    else this.add(() => end(started));
    return started;
  }

  /** Ends everything, whatever fails on the way; then fails with the first error. A second call does nothing. */
  async run(): Promise<void> {
    const tasks = this.tasks.toReversed();
    this.tasks = [];
    this.ran = true;
    const errors: unknown[] = [];
    for (const task of tasks) {
      try {
        await task();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'Not everything of the sandbox ended well.');
  }
}
