import { app } from '@azure/functions';
import { healthChecks } from '../shared/azure/health-parts.ts';
import { healthHttp } from '../shared/azure/health-http.ts';

const { brief, details } = healthHttp(healthChecks);

// Azure does not tell a function whether its caller has a key, so what only holders of one may know has a function of its own.
app.http('health', { ...brief, methods: ['GET'], route: 'health' });
app.http('health_details', { ...details, methods: ['GET'], route: 'health/details' });
