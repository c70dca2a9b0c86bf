/** Follows one kind of objects of the API server. */
import {
  ApiException,
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
} from '@kubernetes/client-node';

/** A copy of one kind of objects that follows the API server. */
export interface Watched<T> {
  all(): T[];
  get(namespace: string, name: string): T | undefined;
  stop(): Promise<void>;
}

export interface WatchOptions<T extends KubernetesObject> {
  readonly kubeConfig: KubeConfig;
  /** Path of the list, such as `/api/v1/serviceaccounts`. */
  readonly path: string;
  readonly list: () => Promise<KubernetesListObject<T>>;
  /** Called for all that is there at the start, and for every change after that. */
  readonly onChange: (object: T, event: 'changed' | 'deleted') => void;
  readonly log: (line: string) => void;
}

const restartMs = 1_000;

/** Lists and then watches; a watch that breaks off starts again. Settles after the first list. */
export async function watchObjects<T extends KubernetesObject>(
  options: WatchOptions<T>,
): Promise<Watched<T>> {
  const informer = makeInformer<T>(options.kubeConfig, options.path, options.list);
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const changed = (object: T): void => {
    options.onChange(object, 'changed');
  };
  informer.on('add', changed);
  informer.on('update', changed);
  informer.on('delete', (object) => {
    options.onChange(object, 'deleted');
  });
  informer.on('error', (error) => {
    if (stopped) return;
    options.log(`watch of ${options.path} ended (${describe(error)}), starting again`);
    timer = setTimeout(() => void informer.start(), restartMs);
  });
  await informer.start();
  return {
    all: () => [...informer.list()],
    get: (namespace, name) => informer.get(name, namespace),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await informer.stop();
    },
  };
}

/** One line on an error of the client, which by itself is a page with all headers. */
export function describe(error: unknown): string {
  if (error instanceof ApiException) return `HTTP ${error.code}: ${String(error.body)}`;
  return error instanceof Error ? error.message : String(error);
}
