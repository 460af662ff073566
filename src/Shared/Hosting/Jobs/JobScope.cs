namespace ECommerce.Hosting;

/// <summary>On how many hosts of one database a periodic job runs at the same time.</summary>
public enum JobScope
{
    /// <summary>On each host: the job refreshes what the process keeps, such as gauges and caches.</summary>
    EveryHost,

    /// <summary>On one host at a time: the job changes rows. A host whose turn falls into the run of another host skips its own.</summary>
    OneHost,
}
