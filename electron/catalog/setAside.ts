import { readdir } from 'node:fs/promises';

/** What opening calls a damaged catalog that it has set aside. */
const SET_ASIDE = /^catalog-damaged-.*\.db$/;

/** True when a damaged catalog lies in `folder`, beside the one that took its place. */
export async function hasSetAside(folder: string): Promise<boolean> {
  return (await readdir(folder)).some((name) => SET_ASIDE.test(name));
}
