import { app } from '@azure/functions';
import { healthHttp } from '../shared/azure/health-http.ts';

const { brief, details } = healthHttp(async () => (await import('../shared/azure/parts.ts')).healthChecks());

// Azure does not tell a function whether its caller has a key, so what only holders of one may know has a function of its own.
app.http('health', { ...brief, methods: ['GET'], route: 'health' });
app.http('health_details', { ...details, methods: ['GET'], route: 'health/details' });
