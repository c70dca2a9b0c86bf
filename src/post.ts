/** The post step: this run's directory, with kubeconfig, tokens and values files, is gone when the job ends. */
import { rm } from 'node:fs/promises';
import * as core from '@actions/core';

const directory = core.getState('directory');
if (directory !== '') {
  await rm(directory, { recursive: true, force: true });
  core.info('Temporary files removed.');
}
