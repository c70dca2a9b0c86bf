/** What a run costs, as an estimate. */
import type { Lived } from './clean-ups.ts';

interface Price {
  readonly what: string;
  readonly dollarsPerHour: number;
}

/**
 * List prices of us-east-1 in US dollars, from AWS's pricing pages for EKS, EC2, EBS, VPC and Secrets Manager as others quote them in
 * March to June 2026. Other regions are some ten per cent dearer. Taxes and data transfer are left out.
 */
const PRICES: readonly Price[] = [
  { what: 'an EKS control plane in standard support', dollarsPerHour: 0.1 },
  { what: 'two nodes, t3.medium', dollarsPerHour: 2 * 0.0416 },
  { what: 'their disks, 20 GB of gp3 each', dollarsPerHour: (2 * 20 * 0.08) / 730 },
  { what: 'their public IPv4 addresses', dollarsPerHour: 2 * 0.005 },
];

/** $0.40 a month. Parameters, roles and API calls come to nothing. */
const SECRET: Price = { what: 'a secret', dollarsPerHour: 0.4 / 730 };
/** As many as a run makes. */
const SECRETS = 3;

const dollars = (amount: number): string => `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;
const sumOf = (prices: readonly Price[]): number =>
  prices.reduce((total, { dollarsPerHour }) => total + dollarsPerHour, 0);

/** In a line each, with the sum. `makesCluster`: whether the cluster is made for the run. */
export function pricesPerHour(makesCluster: boolean): readonly string[] {
  const secrets = { what: `${SECRETS} secrets`, dollarsPerHour: SECRETS * SECRET.dollarsPerHour };
  const prices = [...(makesCluster ? PRICES : []), secrets];
  return [
    ...prices.map(({ what, dollarsPerHour }) => `${what}: about ${dollars(dollarsPerHour)} an hour`),
    `together about ${dollars(sumOf(prices))} an hour (list prices of us-east-1, read in 2026: an estimate)`,
  ];
}

/** For how long what costs something was there, and what that comes to, in a sentence. */
export function costOf(lived: readonly Lived[]): string {
  const cluster = lived.find(({ what }) => what.startsWith('cluster '));
  const secrets = lived.filter(({ what }) => what.startsWith('secret '));
  const longest = Math.max(0, ...secrets.map(({ seconds }) => seconds));
  const sum =
    ((cluster?.seconds ?? 0) * sumOf(PRICES) + secrets.length * longest * SECRET.dollarsPerHour) / 3600;
  const parts = [
    ...(cluster === undefined ? [] : [`the cluster was there for ${minutes(cluster.seconds)}`]),
    ...(secrets.length === 0 ? [] : [`${secrets.length} secrets for up to ${minutes(longest)}`]),
  ];
  const stays = lived.some(({ isGone }) => !isGone) ? '; what is still there goes on to cost' : '';
  return `${parts.join(', ') || 'nothing that costs was made'}: about ${dollars(sum)}, an estimate${stays}`;
}

const minutes = (seconds: number): string => `${Math.ceil(seconds / 60)} minutes`;
