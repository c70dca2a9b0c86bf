/** SharedSecretStores and SharedExternalSecrets as their CRDs have them, as far as External Secrets reads them here. */
import type { KubernetesObject } from '@kubernetes/client-node';

interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export interface ControlPlaneSelector {
  readonly names?: readonly string[];
  readonly labelSelectors?: readonly LabelSelector[];
}

export interface SecretKeyRef {
  readonly name?: string;
  readonly key?: string;
  readonly namespace?: string;
}

/** `spec.provider.aws` of a store. */
export interface AwsProvider {
  readonly service?: 'SecretsManager' | 'ParameterStore';
  readonly region?: string;
  readonly auth?: {
    readonly jwt?: {
      readonly serviceAccountRef?: {
        readonly name: string;
        readonly namespace?: string;
        readonly audiences?: readonly string[];
      };
    };
    readonly secretRef?: {
      readonly accessKeyIDSecretRef?: SecretKeyRef;
      readonly secretAccessKeySecretRef?: SecretKeyRef;
      readonly sessionTokenSecretRef?: SecretKeyRef;
    };
  };
  readonly role?: string;
  readonly additionalRoles?: readonly string[];
  readonly externalID?: string;
  readonly sessionTags?: readonly { readonly key: string; readonly value: string }[];
  readonly transitiveTagKeys?: readonly string[];
  readonly prefix?: string;
}

interface Status {
  readonly conditions?: readonly object[];
  readonly provisioned?: readonly object[];
  readonly failed?: readonly object[];
}

export interface SharedSecretStore extends KubernetesObject {
  readonly spec?: {
    readonly controlPlaneSelector: ControlPlaneSelector;
    /** What the store is called in the control plane; its own name if not given. */
    readonly secretStoreName?: string;
    readonly provider: { readonly aws?: AwsProvider };
  };
  readonly status?: Status;
}

export interface RemoteRef {
  readonly key: string;
  readonly property?: string;
  readonly version?: string;
  readonly metadataPolicy?: 'None' | 'Fetch';
}

export interface StoreRef {
  readonly name?: string;
  readonly kind?: 'SecretStore' | 'ClusterSecretStore';
}

interface SourceRef {
  readonly storeRef?: StoreRef;
  readonly generatorRef?: object;
}

export interface Find {
  readonly path?: string;
  readonly name?: { readonly regexp?: string };
  readonly tags?: Readonly<Record<string, string>>;
}

export interface SharedExternalSecret extends KubernetesObject {
  readonly spec?: {
    readonly controlPlaneSelector: ControlPlaneSelector;
    readonly externalSecretSpec: {
      readonly secretStoreRef?: StoreRef;
      readonly data?: readonly {
        readonly secretKey: string;
        readonly remoteRef: RemoteRef;
        readonly sourceRef?: SourceRef;
      }[];
      readonly dataFrom?: readonly {
        readonly extract?: RemoteRef;
        readonly find?: Find;
        readonly sourceRef?: SourceRef;
      }[];
    };
  };
  readonly status?: Status;
}
