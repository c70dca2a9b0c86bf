/** A Deployment, and all that somebody who may patch it could change. */

/** With more in it than the controller's has, so that there is more to change and to take away. Never runs a pod. */
export const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'target', namespace: 'default', labels: { a: '1' }, annotations: { b: '2' } },
  spec: {
    replicas: 0,
    minReadySeconds: 5,
    selector: { matchLabels: { app: 'target' } },
    template: {
      metadata: { labels: { app: 'target' }, annotations: { kept: 'yes' } },
      spec: {
        serviceAccountName: 'default',
        containers: [{ name: 'main', image: 'good:1', env: [{ name: 'A', value: '1' }] }],
      },
    },
  },
};

const inTemplate = (template: object): object => ({ spec: { template } });
export const ofPods = (metadata: object): object => inTemplate({ metadata });

/** Merge patches, `null` takes a key away. */
export const CHANGES: readonly (readonly [string, object, string])[] = [
  ['another image', inTemplate({ spec: { containers: [{ name: 'main', image: 'evil:1' }] } }), 'its pods'],
  ['another service account', inTemplate({ spec: { serviceAccountName: 'admin' } }), 'its pods'],
  ['the host’s network', inTemplate({ spec: { hostNetwork: true } }), 'its pods'],
  ['no annotations of its pods', ofPods({ annotations: null }), 'another annotation of its pods'],
  ['a new annotation of its pods', ofPods({ annotations: { x: 'y' } }), 'another annotation of its pods'],
  [
    'a restart with another change',
    ofPods({ annotations: { 'kubectl.kubernetes.io/restartedAt': 'now', kept: 'no' } }),
    'another annotation of its pods',
  ],
  ['a label of its pods', ofPods({ labels: { x: 'y' } }), 'the metadata of its pods'],
  ['more replicas', { spec: { replicas: 3 } }, 'its spec'],
  ['a pause', { spec: { paused: true } }, 'its spec'],
  ['a field taken away', { spec: { minReadySeconds: null } }, 'its spec'],
  ['an annotation', { metadata: { annotations: { x: 'y' } } }, 'its metadata'],
  ['no annotations', { metadata: { annotations: null } }, 'its metadata'],
  ['a label', { metadata: { labels: { a: '2' } } }, 'its metadata'],
  ['a finalizer', { metadata: { finalizers: ['example.com/stay'] } }, 'its metadata'],
  [
    'an owner',
    {
      metadata: {
        ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: '0', controller: true }],
      },
    },
    'its metadata',
  ],
];
