namespace ECommerce.Storm;

/// <summary>The shop that a storm comes over, with all its servers.</summary>
internal interface IStormShop : IAsyncDisposable
{
    /// <summary>The address for customers.</summary>
    Uri Address { get; }

    /// <summary>What can be injected here.</summary>
    IReadOnlyList<Disruption> Disruptions { get; }

    /// <summary>Starts the hosts.</summary>
    Task StartAsync(CancellationToken ct);

    /// <summary>Whether every host is ready.</summary>
    /// <exception cref="StormException">A host has ended by itself.</exception>
    Task<bool> IsReadyAsync(CancellationToken ct);

    /// <summary>Whether every event from before that time was delivered; false while a database cannot be queried.</summary>
    Task<bool> HasDeliveredAsync(DateTimeOffset before, CancellationToken ct);

    /// <summary>Records the counters of every host that answers.</summary>
    Task ScrapeAsync(CancellationToken ct);

    /// <summary>The connection string of a database that shows the tables of all modules.</summary>
    Task<string> OpenBooksAsync(CancellationToken ct);
}
