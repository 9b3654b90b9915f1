/** The engine host: a process of its own, so that no optimization ever stands in the window's way. */
import { chooseTargetClass, openEngine, seedFor } from '../../engine/index.ts';
import { parentPort } from '../hosts/parentPort.ts';
import { serve } from '../hosts/serve.ts';
import { engineCalls } from './engineCalls.ts';
import { engineService } from './engineService.ts';

serve(parentPort(), engineCalls, engineService({ openEngine, chooseTargetClass, seedFor }));
