/** The photo host: reads, shows and renders photos in a process of its own, so that the window stays quick. */
import {
  decodeNoise,
  hashFile,
  inspectPhoto,
  makeThumbnail,
  makeViewable,
  renderCopy,
  renderNoise,
} from '../../engine/index.ts';
import { parentPort } from '../hosts/parentPort.ts';
import { serve } from '../hosts/serve.ts';
import { photoCalls } from './photoCalls.ts';
import { photoService } from './photoService.ts';

serve(
  parentPort(),
  photoCalls,
  photoService({
    decodeNoise,
    hashFile,
    inspectPhoto,
    makeThumbnail,
    makeViewable,
    renderCopy,
    renderNoise,
  }),
);
