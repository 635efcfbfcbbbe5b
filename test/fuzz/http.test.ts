import { upholds } from './upholds.ts';

await upholds('http');
