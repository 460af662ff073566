using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Dapper;
using Npgsql;

namespace ECommerce.Benchmarks;

/// <summary>One of the two programs, in a process of its own.</summary>
internal sealed class Contender : IAsyncDisposable
{
    private readonly Process _process;

    private readonly string? _management;
    private readonly bool _isScraped;

    private Contender(string name, Process process, string address, string connectionString, string? management, bool isScraped) =>
        (Name, _process, Address, ConnectionString, _management, _isScraped) = (name, process, address, connectionString, management, isScraped);

    public string Name { get; }

    public string Address { get; }

    public string ConnectionString { get; }

    /// <summary>Whether it delivers what it puts into its outbox.</summary>
    public bool HasRelay => _management is not null;

    /// <summary>User and system time of the process so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>What it has allocated on its heap so far, in bytes.</summary>
    public Task<double> AllocatedAsync() => Scrapes.ReadAsync(_management ?? Address, Scrapes.Allocated);

    /// <summary>How many methods it has compiled so far, each tier counted.</summary>
    public Task<double> CompiledAsync() => Scrapes.ReadAsync(_management ?? Address, Scrapes.Compiled);

    /// <summary>What of it is in memory, in bytes.</summary>
    public long Resident
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>A thousand of its products at most.</summary>
    public async Task<IReadOnlyList<Guid>> ProductsAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        return [.. await connection.QueryAsync<Guid>("SELECT id FROM products.products ORDER BY md5(id::text) LIMIT 1000")];
    }

    /// <summary>Scrapes it until disposed, if it is to be scraped at all.</summary>
    public IAsyncDisposable? Scrape() => _isScraped ? new Scrapes(_management!) : null;

    /// <summary>The shop as it is run, JSON lines to a file, limits out of the way.</summary>
    /// <param name="watching">How much of it is observed.</param>
    /// <param name="connectionString">Its database.</param>
    /// <param name="folder">For its lines and its data.</param>
    /// <param name="signingKey">For its tokens, PEM.</param>
    /// <param name="build">The folder of the build to run; this one when null.</param>
    public static Task<Contender> ShopAsync(Watching watching, string connectionString, string folder, string signingKey, string? build = null)
    {
        var (address, management) = (FreeAddress(), FreeAddress());
        var start = Dotnet(Path.Combine(build ?? AppContext.BaseDirectory, "ECommerce.Host.dll"), Path.Combine(folder, $"shop-{address.Split(':')[^1]}.log"));
        (string Name, string Value)[] settings =
        [
            ("DOTNET_GCgen0size", "0x400000"), ("MALLOC_ARENA_MAX", "2"), ("MALLOC_TRIM_THRESHOLD_", "131072"), ("MALLOC_MMAP_THRESHOLD_", "131072"),
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("Management__Key", "a benchmark's management key"), ("ConnectionStrings__ECommerce", connectionString), ("Data__Directory", folder),
            ("Endpoints__Public", address), ("Endpoints__Management", management), ("Tokens__SigningKey", signingKey),
            ("Limits__RequestsPerSecond", "1000000"), ("Limits__Burst", "1000000"), ("Limits__Concurrency", "1000"),
            .. Knows(build, "OrdersPerHour") ? WithoutQuotas : [],
            ("Shop__DemoData", "true"), ("Bootstrap__AdminEmail", "admin@shop.example"), ("Bootstrap__AdminPassword", "a benchmark's password"),
            .. watching.Settings,
        ];
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return StartAsync(new(watching.Name, Process.Start(start)!, address, connectionString, management, watching.IsScraped));
    }

    // A few customers stand for many.
    private static readonly (string Name, string Value)[] WithoutQuotas =
    [
        ("Limits__ConcurrencyPerClient", "1000"),
        ("Orders__UnpaidOrders", "1000000"), ("Orders__UnpaidUnits", "1000000000"), ("Orders__UnpaidValue", "999999999999.99"), ("Orders__OrdersPerHour", "1000000"),
    ];

    // A build of before a setting refuses to start with it.
    private static bool Knows(string? build, string setting) =>
        File.ReadAllText(Path.Combine(build ?? AppContext.BaseDirectory, "ECommerce.Orders.dll"), System.Text.Encoding.Latin1).Contains(setting, StringComparison.Ordinal);

    public static Task<Contender> TwinAsync(string connectionString, string folder, string signingKey)
    {
        var address = FreeAddress();
        var start = Dotnet(Path.Combine(AppContext.BaseDirectory, "ECommerce.Benchmarks.dll"), Path.Combine(folder, "twin.log"), "twin", address, connectionString, signingKey);
        return StartAsync(new("twin", Process.Start(start)!, address, connectionString, management: null, isScraped: false));
    }

    public async ValueTask DisposeAsync()
    {
        using var term = Process.Start("kill", [_process.Id.ToString(CultureInfo.InvariantCulture)]);
        await term.WaitForExitAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // Through a shell, so that the lines go to a file as they would in production and not through a pipe that we have to read.
    private static ProcessStartInfo Dotnet(string dll, string log, params string[] arguments) => new("/bin/sh",
        ["-c", "log=$1; shift; exec dotnet \"$@\" >\"$log\" 2>&1", "sh", log, dll, .. arguments]);

    private static async Task<Contender> StartAsync(Contender contender)
    {
        using var http = new HttpClient();
        for (var deadline = Stopwatch.StartNew(); deadline.Elapsed < TimeSpan.FromSeconds(60);)
        {
            try
            {
                if ((await http.GetAsync(new Uri($"{contender.Address}/health/ready"))).IsSuccessStatusCode)
                    return contender;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException($"'{contender.Name}' did not become ready.");
    }

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
