/** A whole job's process, started by `benchmark`: see `serveJobs`. */
import { serveJobs } from '../benchmark/jobHost.ts';

serveJobs(process.stdin, process.stdout);
