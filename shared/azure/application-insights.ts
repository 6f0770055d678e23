import { AzureMonitorLogExporter, AzureMonitorMetricExporter } from '@azure/monitor-opentelemetry-exporter';
import type { AzureMonitorExporterOptions } from '@azure/monitor-opentelemetry-exporter';
import { isSpanContextValid, ROOT_CONTEXT, trace as traces } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { LogLevel } from '../log.ts';
import type { TelemetryConfig } from '../telemetry/config.ts';
import { METRICS } from '../telemetry/metrics.ts';
import type { Dimensions, Measurement, Metric, MetricKey } from '../telemetry/metrics.ts';
import type { TelemetrySink, Trace } from '../telemetry/telemetry.ts';
import { SECOND } from '../time.ts';
import { credentialOf } from './clients.ts';

const SCOPE = 'sluice';

/** An endpoint that takes connections and does not answer must not gather requests. */
const REQUEST_TIMEOUT = 10 * SECOND;
const EXPORT_TIMEOUT = 30 * SECOND;

/** Of the answer to what is refused, for the log. */
const LONGEST_ANSWER = 200;

/** The longest that a timer can wait: whoever is told asks for each export. */
const NEVER = 2 ** 31 - 1;

/**
 * Sends to Application Insights. What it does not take is tried again for some seconds, and then given up: the ledger has the counts.
 * Nothing but this is changed in the process: no global provider, no instrumentation of other modules.
 */
export function applicationInsights(config: TelemetryConfig): TelemetrySink {
  // The exporter would send figures about itself to its makers, and asks the environment whether it may.
  process.env['APPLICATION_INSIGHTS_NO_STATSBEAT'] = 'true';
  const { policy, takeFailure } = watchedRequests();
  const options = exporterOptions(config, policy);
  const resource = resourceFromAttributes({ 'service.name': config.role });
  const reader = new PeriodicExportingMetricReader({
    exporter: new AzureMonitorMetricExporter(options),
    exportIntervalMillis: NEVER,
    exportTimeoutMillis: EXPORT_TIMEOUT,
  });
  const meters = new MeterProvider({ resource, readers: [reader] });
  const processor = new BatchLogRecordProcessor({
    exporter: new AzureMonitorLogExporter(options),
    exportTimeoutMillis: EXPORT_TIMEOUT,
  });
  const logs = new LoggerProvider({ resource, processors: [processor] });
  const record = recorders(meters);
  const logger = logs.getLogger(SCOPE);
  return {
    measure: ({ metric, value, dimensions }: Measurement) => record[metric](value, dimensions),
    trace: ({ time, level, message, properties, traceParent }: Trace) =>
      logger.emit({
        timestamp: time,
        severityNumber: SEVERITIES[level],
        body: message,
        attributes: properties,
        context: contextOf(traceParent),
      }),
    flush: async () => {
      await Promise.all([meters.forceFlush(), logs.forceFlush()]);
      const failure = takeFailure();
      if (failure !== undefined) throw new Error(failure);
    },
  };
}

function exporterOptions(
  { connectionString, identity }: TelemetryConfig,
  policy: PipelinePolicy,
): AzureMonitorExporterOptions {
  return {
    connectionString,
    // It would keep in files what is not taken, and cannot read them again (decisions/0014).
    disableOfflineStorage: true,
    ...(identity && { credential: credentialOf(identity.clientId) }),
    additionalPolicies: [{ position: 'perCall', policy }],
  };
}

type PipelinePolicy = NonNullable<AzureMonitorExporterOptions['additionalPolicies']>[number]['policy'];

interface Requests {
  readonly policy: PipelinePolicy;
  /** Takes what has gone wrong since it was last asked; undefined where nothing has. */
  readonly takeFailure: () => string | undefined;
}

/** The exporter and the SDK keep to themselves what is refused. */
function watchedRequests(): Requests {
  let failure: string | undefined;
  const policy: PipelinePolicy = {
    name: 'watched',
    async sendRequest(request, next) {
      request.timeout = REQUEST_TIMEOUT;
      try {
        const response = await next(request);
        const { status, bodyAsText } = response;
        if (status >= 400) failure = `status ${status} ${bodyAsText?.slice(0, LONGEST_ANSWER) ?? ''}`.trim();
        return response;
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
        throw error;
      }
    },
  };
  function takeFailure(): string | undefined {
    const taken = failure;
    failure = undefined;
    return taken;
  }
  return { policy, takeFailure };
}

type RecordValue = (value: number, dimensions: Dimensions) => void;

function recorders(meters: MeterProvider): Readonly<Record<MetricKey, RecordValue>> {
  const made = Object.entries<Metric>(METRICS).map(([key, metric]) => [key, recorder(metric, meters)]);
  return Object.fromEntries(made) as Record<MetricKey, RecordValue>;
}

function recorder({ name, unit, kind, meaning: description }: Metric, meters: MeterProvider): RecordValue {
  const meter = meters.getMeter(SCOPE);
  if (kind === 'sum') {
    const counter = meter.createCounter(name, { unit, description });
    return (value, dimensions) => counter.add(value, dimensions);
  }
  if (kind === 'gauge') {
    const gauge = meter.createGauge(name, { unit, description });
    return (value, dimensions) => gauge.record(value, dimensions);
  }
  // Application Insights takes no buckets.
  const advice = { explicitBucketBoundaries: [] };
  const histogram = meter.createHistogram(name, { unit, description, advice });
  return (value, dimensions) => histogram.record(value, dimensions);
}

const SEVERITIES = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
} as const satisfies Record<LogLevel, SeverityNumber>;

/** https://www.w3.org/TR/trace-context/#traceparent-header */
function contextOf(traceParent: string | undefined): Context {
  const [, traceId = '', spanId = '', traceFlags = '0'] = traceParent?.split('-') ?? [];
  const span = { traceId, spanId, traceFlags: Number.parseInt(traceFlags, 16) };
  return isSpanContextValid(span) ? traces.setSpanContext(ROOT_CONTEXT, span) : ROOT_CONTEXT;
}
