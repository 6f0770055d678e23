param location string
param token string
param tags object
param emails string[]
param applicationInsightsId string
param namespaceIds string[]
param lagMinutes int

// By the metrics of docs/telemetry.md, and by the codes of warnings, which the timer `capacity` logs: shared/capacity/report.ts
var rules = [
  {
    name: 'lag'
    severity: 1
    what: 'Ingestion is more than ${lagMinutes} minutes behind.'
    query: 'customMetrics | where name == "sluice.lag.minutes" | summarize minutes = max(valueMax) by hub = strcat(customDimensions.namespace, "/", customDimensions.hub)'
    measure: 'minutes'
    operator: 'GreaterThan'
    threshold: lagMinutes
    split: ['hub']
    windowSize: 'PT1H'
    periods: 1
  }
  {
    name: 'dead-letters'
    severity: 2
    what: 'Records were quarantined: sluice dead-letters shows them.'
    query: 'customMetrics | where name == "sluice.records.dead_lettered" | summarize records = sum(valueSum) by category = tostring(customDimensions.category), reason = tostring(customDimensions.reason)'
    measure: 'records'
    operator: 'GreaterThan'
    threshold: 0
    split: ['category', 'reason']
    windowSize: 'PT15M'
    periods: 1
  }
  {
    name: 'silent-source'
    severity: 2
    what: 'A source has been silent for much longer than is its habit.'
    query: 'traces | where message has "source-silent" | summarize warnings = count()'
    measure: 'warnings'
    operator: 'GreaterThan'
    threshold: 0
    split: []
    windowSize: 'PT30M'
    periods: 1
  }
  {
    name: 'units'
    severity: 2
    what: 'At its peak the stream needs more units than are provisioned, or than the tier has.'
    query: 'traces | where message has_any ("units-exceeded", "tier-exceeded") | summarize warnings = count()'
    measure: 'warnings'
    operator: 'GreaterThan'
    threshold: 0
    split: []
    windowSize: 'PT30M'
    periods: 1
  }
  {
    name: 'loss'
    severity: 0
    what: 'Events are about to be let go unread, or do not add up: sluice audit says which.'
    query: 'traces | where message has_any ("retention-near", "checkpoint-ahead", "ledger-unbalanced") | summarize warnings = count()'
    measure: 'warnings'
    operator: 'GreaterThan'
    threshold: 0
    split: []
    windowSize: 'PT30M'
    periods: 1
  }
  {
    name: 'stopped'
    severity: 1
    what: 'No capacity report has been made for an hour: the app does not run, and nobody else would tell.'
    query: 'requests | where name == "capacity" and success == true | summarize runs = count()'
    measure: 'runs'
    operator: 'LessThan'
    threshold: 1
    split: []
    windowSize: 'PT1H'
    periods: 1
  }
  {
    name: 'failing'
    severity: 1
    what: 'Batches fail again and again: the archive or the ledger refuses them, and their partitions wait.'
    query: 'requests | where success == false | summarize failures = count() by name'
    measure: 'failures'
    operator: 'GreaterThan'
    threshold: 5
    split: ['name']
    windowSize: 'PT15M'
    periods: 2
  }
]

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'sluice'
    emailReceivers: map(emails, email => { name: email, emailAddress: email, useCommonAlertSchema: true })
  }
}

resource queries 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = [
  for rule in rules: {
    name: 'alert-${rule.name}-${token}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Sluice: ${rule.name}'
      description: rule.what
      severity: rule.severity
      enabled: true
      autoMitigate: true
      scopes: [applicationInsightsId]
      evaluationFrequency: 'PT15M'
      windowSize: rule.windowSize
      criteria: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: rule.measure
            timeAggregation: 'Total'
            operator: rule.operator
            threshold: rule.threshold
            dimensions: map(rule.split, column => { name: column, operator: 'Include', values: ['*'] })
            failingPeriods: { numberOfEvaluationPeriods: rule.periods, minFailingPeriodsToAlert: rule.periods }
          }
        ]
      }
      // A new workspace has none of these tables before the app has sent something.
      skipQueryValidation: true
      actions: { actionGroups: [group.id] }
    }
  }
]

resource throttling 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for id in namespaceIds: {
    name: 'alert-throttling-${last(split(id, '/'))}'
    location: 'global'
    tags: tags
    properties: {
      description: 'The namespace turns events away: more units are needed now.'
      severity: 1
      enabled: true
      autoMitigate: true
      scopes: [id]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: 'throttled'
            metricName: 'ThrottledRequests'
            metricNamespace: 'Microsoft.EventHub/namespaces'
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: [{ actionGroupId: group.id }]
    }
  }
]

output actionGroupId string = group.id
