/** Helm and kubectl, side by side. */
import type { ToolRequest } from '../../model/config.ts';
import { type InstallContext, type InstalledTool, installHelm, installKubectl } from './install.ts';

export interface InstalledTools {
  readonly kubectl: InstalledTool;
  /** Helm may be ready later, since its archive takes longer to unpack. Rejects like `installTools`. */
  readonly helm: Promise<InstalledTool>;
  /** Gives up what is still on its way, and ends when nothing of it is left half done. */
  end(): Promise<void>;
}

/** Ends as soon as kubectl is there. Throws `tool-unavailable`; when one can't be had, the other is given up as well. */
export async function installTools(
  requests: { readonly helm: ToolRequest; readonly kubectl: ToolRequest },
  context: InstallContext,
): Promise<InstalledTools> {
  const over = new AbortController();
  const both = { ...context, signal: AbortSignal.any([context.signal, over.signal]) };
  const helm = installHelm(requests.helm, both);
  const kubectl = installKubectl(requests.kubectl, both);
  const end = async (): Promise<void> => {
    over.abort();
    await Promise.allSettled([helm, kubectl]);
  };
  try {
    // The first that can't be had ends this, and no other.
    return { kubectl: await Promise.race([kubectl, failureOf(helm)]), helm, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Ends only when this can't be had. */
async function failureOf(tool: Promise<InstalledTool>): Promise<never> {
  return await new Promise<never>((_resolve, reject) => {
    tool.catch(reject);
  });
}
