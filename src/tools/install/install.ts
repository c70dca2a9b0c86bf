/** Finds or installs helm and kubectl: from the PATH when asked, else from the tool cache or a verified download. */
import { which } from '@actions/io';
import { cacheDir, find } from '@actions/tool-cache';
import type { ToolRequest } from '../../model/config.ts';
import { Failure, isFailureOf } from '../../model/failure.ts';
import { createArchives } from './archives.ts';
import { fileDigest } from './tool-cache.ts';
import { createDownloader } from './download.ts';
import { shownUrl } from './download-retries.ts';
import { askVersion } from './ask-version.ts';
import {
  baseUrl,
  checkVersion,
  type Installation,
  type InstallContext,
  type InstalledTool,
  obtain,
  verifyDigest,
} from './obtain.ts';
import { platformOf } from './platform.ts';
import { HELM, KUBECTL, type Tool } from './tool.ts';
import { unavailable } from './unavailable.ts';
import { exactVersion, versionsFor } from './versions.ts';

export type { InstallContext, InstalledTool } from './obtain.ts';

function finder({ which: look }: InstallContext): (name: string) => Promise<string> {
  return look ?? (async (name) => await which(name, false));
}

/** The runner's own copy. A pinned digest is compared with the program itself: there is no archive to compare. */
async function fromPath(tool: Tool, request: ToolRequest, context: InstallContext): Promise<InstalledTool> {
  const path = await finder(context)(tool.name);
  if (path === '') {
    const next = `Install ${tool.name} in an earlier step, or leave \`${tool.name}-version\` out.`;
    throw unavailable(`find ${tool.name} on the PATH`, 'there is none', next);
  }
  if (request.sha256 !== undefined)
    verifyDigest(tool, path, await fileDigest(path), request.sha256, 'the pinned digest');
  const version = await askVersion({ tool, context }, path);
  checkVersion({ tool, context }, version);
  context.log.info(`${tool.name} ${version} from ${path}`);
  return { path, version };
}

async function exact(installation: Installation, version: string): Promise<InstalledTool> {
  const installed = await obtain(installation, version);
  if (installed !== undefined) return installed;
  const { tool, request } = installation;
  throw unavailable(
    `download ${tool.name} ${version}`,
    `${shownUrl(request.downloadUrl)} does not have it (HTTP status 404)`,
    `Check \`${tool.name}-version\`, and that \`${tool.name}-download-url\` has the layout of the original site.`,
  );
}

/** The newest patch of the cluster's minor as the release site announces it; undefined when it can't be told. */
async function announced(installation: Installation, minor: string): Promise<string | undefined> {
  try {
    const text = await installation.downloader.text(`${baseUrl(installation)}/stable-${minor}.txt`);
    const version = exactVersion(text ?? '');
    return version?.startsWith(`v${minor}.`) === true ? version : undefined;
  } catch (error) {
    if (isFailureOf(error, 'tool-unavailable')) return undefined;
    throw error;
  }
}

/** The announced patch; a known one when nothing is announced or, as has happened, its binary is not out yet. */
async function automaticKubectl(installation: Installation): Promise<InstalledTool> {
  const { kubectlMinor, kubectlKnown } = versionsFor(installation.context.serverVersion);
  const version = await announced(installation, kubectlMinor);
  const installed = version === undefined ? undefined : await obtain(installation, version);
  if (installed !== undefined) return installed;
  const base = shownUrl(installation.request.downloadUrl);
  if (kubectlKnown === undefined) {
    const said = `${base} names no kubectl for Kubernetes ${kubectlMinor}`;
    throw unavailable('choose a kubectl', said, 'Set `kubectl-version` to an exact version.');
  }
  const why =
    version === undefined
      ? `stable-${kubectlMinor}.txt can't be read`
      : `${version} is announced but not there`;
  installation.context.log.warning(`${base}: ${why}; taking kubectl ${kubectlKnown}.`);
  return exact(installation, kubectlKnown);
}

function automaticHelm(installation: Installation): Promise<InstalledTool> {
  const { helm, warning } = versionsFor(installation.context.serverVersion);
  if (warning !== undefined) installation.context.log.warning(warning);
  return exact(installation, helm);
}

async function install(tool: Tool, request: ToolRequest, context: InstallContext): Promise<InstalledTool> {
  // The runner's own copy is of its own platform, even of one that there are no downloads for.
  if (request.version === 'path') return await fromPath(tool, request, context);
  const platform = platformOf(context.system, context.architecture);
  const toolkit = context.toolkit ?? {
    find,
    cacheDir,
    ...createArchives(context),
  };
  const installation: Installation = {
    tool,
    request,
    context,
    platform,
    toolkit,
    downloader: createDownloader(context),
  };
  if (request.version === 'auto')
    return await (tool.name === 'helm' ? automaticHelm(installation) : automaticKubectl(installation));
  const version = exactVersion(request.version);
  if (version !== undefined) return await exact(installation, version);
  throw new Failure('invalid-input', {
    tried: `choose a ${tool.name}`,
    said: `"${request.version}" is not a version`,
    next: `Set \`${tool.name}-version\` to an exact version such as v1.2.3, or to \`path\`.`,
  });
}

/** helm, by the request. Throws `tool-unavailable`; never another version than the one asked for. */
export async function installHelm(request: ToolRequest, context: InstallContext): Promise<InstalledTool> {
  return await install(HELM, request, context);
}

/** kubectl, by the request; `auto` follows the minor of the cluster. Throws `tool-unavailable`. */
export async function installKubectl(request: ToolRequest, context: InstallContext): Promise<InstalledTool> {
  return await install(KUBECTL, request, context);
}
