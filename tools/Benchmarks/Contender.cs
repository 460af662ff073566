using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Dapper;
using Npgsql;

namespace ECommerce.Benchmarks;

/// <summary>A measured program in a process of its own.</summary>
internal sealed class Contender : IAsyncDisposable
{
    /// <summary>The program of the shop.</summary>
    public const string HostDll = "ECommerce.Host.dll";

    private const int LastLines = 20;

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly string _log;

    private readonly string? _management;
    private readonly bool _isScraped;

    private Contender(string name, ProcessStartInfo start, string log, string address, string connectionString, string? management, bool isScraped)
    {
        (Name, _log, Address, ConnectionString, _management, _isScraped) = (name, log, address, connectionString, management, isScraped);
        _process = Process.Start(start)!;
        // In a session of its own, it would outlive a benchmark that a second Ctrl-C ends.
        AppDomain.CurrentDomain.ProcessExit += KillWithUs;
    }

    public string Name { get; }

    public string Address { get; }

    public string ConnectionString { get; }

    /// <summary>Whether the program delivers the events of its outbox.</summary>
    public bool HasRelay => _management is not null;

    /// <summary>The CPU time of the process so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The bytes allocated on its heap so far.</summary>
    public Task<double> AllocatedAsync() => Scrapes.ReadAsync(_management ?? Address, Scrapes.Allocated);

    /// <summary>The number of methods compiled so far, each tier counted.</summary>
    public Task<double> CompiledAsync() => Scrapes.ReadAsync(_management ?? Address, Scrapes.Compiled);

    /// <summary>The resident memory, in bytes.</summary>
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
    /// <param name="ct">Ends the wait, and the process.</param>
    /// <exception cref="BenchmarkException">It does not become ready.</exception>
    public static Task<Contender> ShopAsync(Watching watching, string connectionString, string folder, string signingKey, string? build, CancellationToken ct)
    {
        var (address, management) = (FreeAddress(), FreeAddress());
        var log = Path.Combine(folder, $"shop-{address.Split(':')[^1]}.log");
        var start = Dotnet(Path.Combine(build ?? AppContext.BaseDirectory, HostDll), log);
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
        return StartAsync(new(watching.Name, start, log, address, connectionString, management, watching.IsScraped), ct);
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

    /// <exception cref="BenchmarkException">It does not become ready.</exception>
    public static Task<Contender> TwinAsync(string connectionString, string folder, string signingKey, CancellationToken ct)
    {
        var address = FreeAddress();
        var log = Path.Combine(folder, "twin.log");
        var start = Dotnet(Path.Combine(AppContext.BaseDirectory, "ECommerce.Benchmarks.dll"), log, "twin", address, connectionString, signingKey);
        return StartAsync(new("twin", start, log, address, connectionString, management: null, isScraped: false), ct);
    }

    /// <summary>SIGTERM, so that it closes its sessions in the database.</summary>
    public async Task StopAsync()
    {
        using var term = Process.Start("kill", [_process.Id.ToString(CultureInfo.InvariantCulture)]);
        await term.WaitForExitAsync();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(StopTime);
        }
        catch (TimeoutException)
        {
            throw new BenchmarkException($"'{Name}' did not stop within {StopTime.TotalSeconds} s after SIGTERM.\n{LastWords()}");
        }
    }

    /// <summary>SIGKILL: its database is thrown away, too.</summary>
    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillWithUs;
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    // Through a shell, so that the lines go to a file as they would in production and not through a pipe that we have to read. In a session
    // of its own: a terminal's Ctrl-C reaches the benchmark alone, which ends its programs itself.
    private static ProcessStartInfo Dotnet(string dll, string log, params string[] arguments)
    {
        string[] shell = ["/bin/sh", "-c", "log=$1; shift; exec dotnet \"$@\" >\"$log\" 2>&1", "sh", log, dll, .. arguments];
        return OperatingSystem.IsLinux() ? new("setsid", shell) : new(shell[0], shell[1..]);
    }

    private static async Task<Contender> StartAsync(Contender contender, CancellationToken ct)
    {
        try
        {
            await contender.WaitUntilReadyAsync(ct);
            return contender;
        }
        catch
        {
            await contender.DisposeAsync();
            throw;
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken ct)
    {
        using var http = new HttpClient();
        for (var started = Stopwatch.StartNew(); started.Elapsed < StartTime && !_process.HasExited; await Task.Delay(50, ct))
        {
            try
            {
                if ((await http.GetAsync(new Uri($"{Address}/health/ready"), ct)).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }

        throw new BenchmarkException(_process.HasExited
            ? $"'{Name}' ended with {_process.ExitCode} while it started.\n{LastWords()}"
            : $"'{Name}' was not ready within {StartTime.TotalSeconds} s.\n{LastWords()}");
    }

    /// <summary>What the program has written so far.</summary>
    public string Words() => File.ReadAllText(_log);

    private string LastWords() => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(LastLines)) : "It wrote nothing.";

    private void KillWithUs(object? sender, EventArgs e) => _process.Kill();

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
