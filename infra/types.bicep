@export()
@description('A hub that products stream into.')
type sourceHub = {
  @minLength(1)
  @maxLength(50)
  name: string
  @description('As many as 32 (Standard) or 100 (Premium). One takes up to 1 MB/s.')
  @minValue(1)
  @maxValue(100)
  partitions: int
  @description('For so long ingestion may be paused: 168 (Standard) or 2160 (Premium) at most.')
  @minValue(1)
  @maxValue(2160)
  retentionHours: int
}

@export()
@description('A hub that records are passed on to.')
type recordsHub = {
  @minLength(1)
  @maxLength(50)
  name: string
  @minValue(1)
  @maxValue(100)
  partitions: int
  @minValue(1)
  @maxValue(2160)
  retentionHours: int
  @description('Consumer groups of others, a SIEM for example.')
  readers: string[]
}

@export()
@description('A hub as it is made.')
type hub = {
  name: string
  partitions: int
  retentionHours: int
  consumerGroups: string[]
  @description('Whether Sluice sends to it.')
  passedOnTo: bool
}
