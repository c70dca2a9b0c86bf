/** Clusters that a search for clusters meets and cannot look at. */
import type { Aws } from '../../../sandbox/aws/index.ts';

/** Deleted once it has been listed. */
export function goesOnceListed(
  aws: Aws,
  { account, region, name }: { readonly account: string; readonly region: string; readonly name: string },
): void {
  const before = aws.faults.bend;
  aws.faults.bend = async (call, answer) => {
    if (call === 'eks:ListClusters' && answer.body.includes(`"${name}"`))
      aws.eksIn(region, account).clusters.delete(name);
    return (await before?.(call, answer)) ?? answer;
  };
}

export interface Hung {
  /** When the first answer is held back. */
  readonly hit: Promise<void>;
  /** Breaks the held connections off, and lets later answers through. */
  readonly letGo: () => void;
}

/** Answers about such a cluster do not arrive. */
export function hang(aws: Aws, name: string): Hung {
  const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
  const { promise: hit, resolve: isHit } = Promise.withResolvers<void>();
  let isOver = false;
  const before = aws.faults.bend;
  aws.faults.bend = async (call, answer) => {
    if (isOver || call !== 'eks:DescribeCluster' || !answer.body.includes(`"name":"${name}"`))
      return (await before?.(call, answer)) ?? answer;
    isHit();
    await ended;
    return 'reset';
  };
  const letGo = (): void => {
    isOver = true;
    end(undefined);
  };
  return { hit, letGo };
}
