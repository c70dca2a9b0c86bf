/** What a run costs, as an estimate. */

interface Price {
  readonly what: string;
  readonly dollarsPerHour: number;
}

/**
 * List prices of us-east-1 in US dollars, from AWS's pricing pages for EKS, EC2, EBS, VPC and Secrets Manager as others quote them in
 * March to June 2026. Other regions are some ten per cent dearer. Taxes and data transfer are left out.
 */
export const PRICES: readonly Price[] = [
  { what: 'an EKS control plane in standard support', dollarsPerHour: 0.1 },
  { what: 'two nodes, t3.medium', dollarsPerHour: 2 * 0.0416 },
  { what: 'their disks, 20 GB of gp3 each', dollarsPerHour: (2 * 20 * 0.08) / 730 },
  { what: 'their public IPv4 addresses', dollarsPerHour: 2 * 0.005 },
];

/** $0.40 a month for each secret; parameters and API calls come to nothing. */
export const SECRETS: Price = { what: 'three secrets', dollarsPerHour: (3 * 0.4) / 730 };

const dollars = (amount: number): string => `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;

/** In a line each, with the sum. `makesCluster`: whether the cluster is made for the run. */
export function pricesPerHour(makesCluster: boolean): readonly string[] {
  const prices = [...(makesCluster ? PRICES : []), SECRETS];
  const sum = prices.reduce((total, { dollarsPerHour }) => total + dollarsPerHour, 0);
  return [
    ...prices.map(({ what, dollarsPerHour }) => `${what}: about ${dollars(dollarsPerHour)} an hour`),
    `together about ${dollars(sum)} an hour (list prices of us-east-1, read in 2026: an estimate)`,
  ];
}

/** What a run of so many seconds has cost, at most: as if all had been there all the time. */
export function costOf(seconds: number, makesCluster: boolean): string {
  const prices = [...(makesCluster ? PRICES : []), SECRETS];
  const sum = prices.reduce((total, { dollarsPerHour }) => total + dollarsPerHour, 0);
  return `about ${dollars((sum * seconds) / 3600)} for ${Math.ceil(seconds / 60)} minutes (an estimate: the bill has the truth)`;
}
