/** Looks for the clusters: every account and every region, side by side, and what fails in one keeps no other from being looked at. */
import pLimit from 'p-limit';
import { globMatcher } from '../model/glob-matcher.ts';
import { asFailure, type Failure, ofJob } from '../model/failure.ts';
import type {
  AccountSession,
  AccountSignIn,
  AccountView,
  FleetConfig,
  FleetReader,
  FoundCluster,
  Refusal,
} from '../model/fleet.ts';
import type { Log } from '../model/ports.ts';
import { accountOfRole, regionsOfRole } from './config.ts';

export interface FindDependencies {
  readonly signIn: AccountSignIn;
  readonly log: Log;
}

/** Accounts and regions at the same time: AWS counts requests by both, so they don't slow one another. */
const CONCURRENT_PLACES = 8;

type Limit = <T>(run: () => Promise<T>) => Promise<T>;

/** What was seen, account by account, in the order of the roles. Throws `cancelled`, and what is a defect of ours. */
export async function findClusters(
  config: FleetConfig,
  dependencies: FindDependencies,
): Promise<readonly AccountView[]> {
  const limit: Limit = pLimit(CONCURRENT_PLACES);
  const roles = config.roles.length === 0 ? [undefined] : config.roles;
  return await Promise.all(roles.map((role) => viewAccount(role, config, dependencies, limit)));
}

async function viewAccount(
  role: string | undefined,
  config: FleetConfig,
  { signIn, log }: FindDependencies,
  limit: Limit,
): Promise<AccountView> {
  const regions = regionsOfRole(config.regions, role);
  const { session, refusals } = await limit(() => signInSomewhere(signIn, role, regions));
  if (session === undefined) {
    return { role, clusters: [], refusals: refusals.map((refusal) => told(refusal, log)), looks: 0 };
  }
  const matches = globMatcher(config.globs, '*');
  const views = await Promise.all(
    regions.map((region) => limit(() => viewRegion(session, region, matches, log))),
  );
  return {
    role,
    clusters: views.flatMap(({ clusters }) => clusters),
    refusals: views.flatMap((view) => view.refusals),
    looks: views.reduce((sum, { looks }) => sum + looks, 0),
  };
}

interface SignedInOrNot {
  readonly session?: AccountSession;
  /** What the first region said, where no session came of any. */
  readonly refusals: readonly Refusal[];
}

/** Signs in through STS in the first region that answers: a region may be switched off, or not exist. */
async function signInSomewhere(
  signIn: AccountSignIn,
  role: string | undefined,
  regions: readonly string[],
): Promise<SignedInOrNot> {
  const account = role === undefined ? '' : accountOfRole(role);
  const refusals: Refusal[] = [];
  for (const region of regions) {
    const signedIn = await attempt(() => signIn(role, region), 'sign in to AWS');
    if ('value' in signedIn) return { session: signedIn.value, refusals: [] };
    refusals.push({ account, region: '', cluster: '', ...signedIn });
    // The trust policy, the token and the credentials are the same everywhere.
    if (signedIn.failure.reason === 'sign-in-denied') break;
  }
  return { refusals: refusals.slice(0, 1) };
}

type RegionView = Omit<AccountView, 'role'>;

async function viewRegion(
  { caller, readerIn }: AccountSession,
  region: string,
  matches: (name: string) => boolean,
  log: Log,
): Promise<RegionView> {
  const { account } = caller;
  const reader = readerIn(region);
  const names = await attempt(() => reader.clusterNames(), `list EKS clusters in ${region}`);
  if ('failure' in names) {
    const refusal = told({ account, region, cluster: '', ...names }, log);
    return { clusters: [], refusals: [refusal], looks: 0 };
  }
  const wanted = names.value.filter((name) => matches(name));
  log.info(
    `${account} ${region}: ${names.value.length} listed, ${wanted.length} of a name that is asked for`,
  );
  const looks = await Promise.all(wanted.map((name) => viewCluster(reader, { account, region, name }, log)));
  const refusals = looks.flatMap((look) => ('failure' in look ? [look] : []));
  return {
    clusters: looks.flatMap((look) => ('found' in look && look.found !== undefined ? [look.found] : [])),
    refusals,
    // A region where all that is to be looked at is refused has not been seen.
    looks: wanted.length === 0 ? 1 : wanted.length - refusals.length,
  };
}

async function viewCluster(
  reader: FleetReader,
  place: { readonly account: string; readonly region: string; readonly name: string },
  log: Log,
): Promise<{ readonly found: FoundCluster | undefined } | Refusal> {
  const { account, region, name } = place;
  const look = await attempt(() => reader.describedCluster(name), `describe EKS cluster ${name}`);
  if ('failure' in look) return told({ account, region, cluster: name, ...look }, log);
  if (look.value === undefined)
    log.info(`${account} ${region} ${name}: gone between the list and the look at it`);
  return { found: look.value };
}

async function attempt<T>(
  ask: () => Promise<T>,
  tried: string,
): Promise<{ readonly value: T } | { readonly failure: Failure }> {
  try {
    return { value: await ask() };
  } catch (error) {
    return { failure: tolerable(error, tried) };
  }
}

/** The failure of one place. A cancelled job and a defect of ours are the end of all. */
function tolerable(error: unknown, tried: string): Failure {
  const failure = ofJob(asFailure(error, tried), 'fleet');
  if (failure.reason === 'cancelled' || failure.reason === 'internal') throw failure;
  return failure;
}

/** The log has what to do about it; the outputs have the reason alone. */
function told(refusal: Refusal, log: Log): Refusal {
  const { account, region, cluster, failure } = refusal;
  const place = [account, region, cluster].filter((part) => part !== '').join(' ');
  log.info(`${place === '' ? 'this job' : place}: ${failure.reason}: ${failure.message}`);
  return refusal;
}
