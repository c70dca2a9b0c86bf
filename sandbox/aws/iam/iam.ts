/** Roles, users, policies and providers of the account, and the ways in which a test lays them out. */
import { secretAccessKey, uniqueId } from '../ids.ts';
import type { NamedPolicy } from '../policy/evaluate.ts';
import { awsManagedPolicies } from '../policy/managed.ts';
import type { AccessKeys } from '../principals.ts';
import { TimelineMap } from '../timeline.ts';
import {
  type Document,
  documentText,
  type ManagedPolicy,
  type OidcProvider,
  type Role,
  type Tags,
  type User,
} from './model.ts';

export interface Place {
  account: string;
  region: string;
  partition: string;
}

export interface NewRole {
  roleName: string;
  trustPolicy: Document;
  path?: string;
  description?: string;
  maxSessionDuration?: number;
  permissionsBoundary?: string;
  tags?: Tags;
  inlinePolicies?: Record<string, Document>;
  attachedPolicies?: string[];
}

/** A policy of a user: a document, or the ARN of a managed policy. */
export type UserPolicy = object | `arn:${string}`;

/**
 * What IAM holds. The methods are for tests that lay out an account by hand: they check nothing and hold at once for
 * every reader. Calls through the API go through the operations, with checks and propagation.
 */
export class Iam {
  readonly place: Place;
  readonly roles = new TimelineMap<Role>();
  readonly policies = new TimelineMap<ManagedPolicy>();
  readonly providers = new TimelineMap<OidcProvider>();
  readonly users = new Map<string, User>();
  /** The organisation's policies for the account: each call and each simulation has to pass them. */
  readonly serviceControlPolicies: NamedPolicy[] = [];
  /** Names of instance profiles by role name; AWS refuses to delete a role that is in one. */
  readonly instanceProfiles = new Map<string, string[]>();
  readonly #keys: AccessKeys;
  readonly #now: () => number;

  constructor(place: Place, keys: AccessKeys, now: () => number) {
    this.place = place;
    this.#keys = keys;
    this.#now = now;
    for (const [name, document] of Object.entries(awsManagedPolicies)) {
      const arn = `arn:${place.partition}:iam::aws:policy/${name}`;
      const policy = {
        policyName: name,
        path: '/',
        arn,
        policyId: uniqueId('ANPA'),
        document,
        createdAt: 0,
        tags: {},
      };
      this.policies.set(arn, policy, 'settled');
    }
  }

  arn(resource: string): string {
    return `arn:${this.place.partition}:iam::${this.place.account}:${resource}`;
  }

  /** The role as IAM's own reads see it. Names are unique whatever their case. */
  role(roleName: string): Role | undefined {
    return this.roles.get(roleName.toLowerCase());
  }

  createRole(role: NewRole): Role {
    const path = role.path ?? '/';
    const inline = Object.entries(role.inlinePolicies ?? {});
    const made: Role = {
      roleName: role.roleName,
      path,
      arn: this.arn(`role${path}${role.roleName}`),
      roleId: uniqueId('AROA'),
      createdAt: this.#now(),
      maxSessionDuration: role.maxSessionDuration ?? 3600,
      trustPolicy: documentText(role.trustPolicy),
      tags: role.tags ?? {},
      inlinePolicies: Object.fromEntries(inline.map(([name, document]) => [name, documentText(document)])),
      attachedPolicies: role.attachedPolicies ?? [],
      ...(role.description === undefined ? {} : { description: role.description }),
      ...(role.permissionsBoundary === undefined ? {} : { permissionsBoundary: role.permissionsBoundary }),
    };
    this.roles.set(role.roleName.toLowerCase(), made, 'settled');
    return made;
  }

  /** Changes some members of a role by hand, as somebody in the console would, at once for every reader. */
  editRole(roleName: string, change: Partial<Omit<Role, 'roleName' | 'arn' | 'roleId'>>): Role {
    const role = this.#existing(roleName);
    const changed = { ...role, ...change };
    this.roles.set(roleName.toLowerCase(), changed, 'settled');
    return changed;
  }

  deleteRole(roleName: string): void {
    this.roles.set(roleName.toLowerCase(), undefined, 'settled');
  }

  setTrustPolicy(roleName: string, trustPolicy: Document): void {
    this.editRole(roleName, { trustPolicy: documentText(trustPolicy) });
  }

  putRolePolicy(roleName: string, policyName: string, document: Document): void {
    const { inlinePolicies } = this.#existing(roleName);
    this.editRole(roleName, { inlinePolicies: { ...inlinePolicies, [policyName]: documentText(document) } });
  }

  attachRolePolicy(roleName: string, policyArn: string): void {
    const { attachedPolicies } = this.#existing(roleName);
    this.editRole(roleName, { attachedPolicies: [...new Set([...attachedPolicies, policyArn])] });
  }

  tagRole(roleName: string, tags: Tags): void {
    this.editRole(roleName, { tags: { ...this.#existing(roleName).tags, ...tags } });
  }

  createPolicy(policy: {
    policyName: string;
    document: Document;
    path?: string;
    tags?: Tags;
  }): ManagedPolicy {
    const path = policy.path ?? '/';
    const arn = this.arn(`policy${path}${policy.policyName}`);
    const made: ManagedPolicy = {
      policyName: policy.policyName,
      path,
      arn,
      policyId: uniqueId('ANPA'),
      document: documentText(policy.document),
      createdAt: this.#now(),
      tags: policy.tags ?? {},
    };
    this.policies.set(arn, made, 'settled');
    return made;
  }

  createOidcProvider(provider: { url: string; clientIds: string[]; tags?: Tags }): OidcProvider {
    const url = provider.url.replace(/^https:\/\//, '');
    const made: OidcProvider = {
      arn: this.arn(`oidc-provider/${url}`),
      url,
      clientIds: provider.clientIds,
      thumbprints: [],
      createdAt: this.#now(),
      tags: provider.tags ?? {},
    };
    this.providers.set(made.arn, made, 'settled');
    return made;
  }

  addServiceControlPolicy(name: string, document: Document): void {
    this.serviceControlPolicies.push({ name, document: documentText(document) });
  }

  deleteOidcProvider(arn: string): void {
    this.providers.set(arn, undefined, 'settled');
  }

  /** Makes a user with a long-term access key. */
  createUser(user: { userName: string; policies?: UserPolicy[]; permissionsBoundary?: string; tags?: Tags }) {
    const policies = user.policies ?? [];
    const documents = policies.filter((policy) => typeof policy === 'object');
    const made: User = {
      userName: user.userName,
      arn: this.arn(`user/${user.userName}`),
      userId: uniqueId('AIDA'),
      inlinePolicies: Object.fromEntries(
        documents.map((document, index) => [`policy-${index}`, documentText(document)]),
      ),
      attachedPolicies: policies.filter((policy) => typeof policy === 'string'),
      tags: user.tags ?? {},
      ...(user.permissionsBoundary === undefined ? {} : { permissionsBoundary: user.permissionsBoundary }),
    };
    this.users.set(user.userName, made);
    const { arn, userId } = made;
    const key = this.#keys.add({
      accessKeyId: uniqueId('AKIA'),
      secretAccessKey: secretAccessKey(),
      principal: { type: 'User', arn, userId, userName: user.userName, account: this.place.account },
    });
    return { arn, accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey };
  }

  #existing(roleName: string): Role {
    const role = this.role(roleName);
    if (role === undefined) throw new Error(`the stand-in has no role ${roleName}`);
    return role;
  }
}
