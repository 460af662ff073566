using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit.Sdk;

namespace ECommerce.Testing;

/// <summary>
/// The real host as a process of its own, to be killed and started again. Settings travel as environment variables. Like a shell's job it
/// leads a process group, in which a terminal's Ctrl-C would reach it.
/// </summary>
public sealed class HostProcess : ShopClient, IAsyncDisposable
{
    // Seconds alone; other tests may share the machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>For a host whose few customers stand for many: none of them is told that they hold too much unpaid.</summary>
    public static readonly (string Variable, string? Value)[] WithoutQuotas =
    [
        ("Orders__UnpaidOrders", "1000000"), ("Orders__UnpaidUnits", "1000000000"), ("Orders__UnpaidValue", "999999999999.99"), ("Orders__OrdersPerHour", "1000000"),
    ];

    private const string PublicDoor = "Endpoints__Public";
    private const string ManagementDoor = "Endpoints__Management";
    private const string Key = "Management__Key";

    private readonly ChildProcess _process;

    private readonly IReadOnlyDictionary<string, HostProcess>? _modules;
    private readonly string _managementKey;

    private HostProcess(
        ChildProcess process, Uri publicAddress, Uri managementAddress, string managementKey, IReadOnlyDictionary<string, HostProcess>? modules = null)
    {
        (_process, _managementKey, _modules) = (process, managementKey, modules);
        Call(publicAddress, managementAddress, managementKey);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Lines on stdout so far.</summary>
    public ConcurrentQueue<string> Output => _process.Output;

    /// <summary>Lines on stderr so far.</summary>
    public ConcurrentQueue<string> Errors => _process.Errors;

    /// <summary>All that it wrote so far, for the message of a failure.</summary>
    public string Written => _process.Written;

    /// <summary>Starts it in Development, on free ports where the settings name none; it may not answer yet: <see cref="WaitUntilReadyAsync"/>.</summary>
    /// <param name="directory">Its working directory, where <c>.data</c> ends up when nothing else is said.</param>
    /// <param name="settings">By environment variable, <c>Shop__DemoData</c>; null takes one away that is inherited.</param>
    public static HostProcess Start(string directory, params (string Variable, string? Value)[] settings) => Start(directory, [], settings);

    /// <summary>Starts it through another program, which is to become it.</summary>
    /// <param name="directory">Its working directory.</param>
    /// <param name="through">The program and its arguments, before those of the host.</param>
    /// <param name="settings">By environment variable.</param>
    public static HostProcess Start(string directory, string[] through, params (string Variable, string? Value)[] settings) =>
        StartBuild(Path.Combine(AppContext.BaseDirectory, "ECommerce.Host.dll"), directory, through, settings);

    /// <summary>Starts the host of another build.</summary>
    /// <param name="dll">The path of its <c>ECommerce.Host.dll</c>.</param>
    /// <param name="directory">Its working directory.</param>
    /// <param name="through">The program and its arguments, before those of the host.</param>
    /// <param name="settings">By environment variable.</param>
    public static HostProcess StartBuild(string dll, string directory, string[] through, params (string Variable, string? Value)[] settings)
    {
        ArgumentNullException.ThrowIfNull(through);
        ArgumentNullException.ThrowIfNull(settings);
        var (publicAddress, managementAddress) = (AddressIn(settings, PublicDoor), AddressIn(settings, ManagementDoor));
        string[] command = [.. Group(), .. through, "dotnet", dll];
        (string, string?)[] usual =
        [
            ("DOTNET_ENVIRONMENT", "Development"), ("ASPNETCORE_ENVIRONMENT", "Development"), ("Shop__DemoData", "false"),
            (PublicDoor, publicAddress.ToString()), (ManagementDoor, managementAddress.ToString()),
        ];
        var key = settings.Any(setting => setting.Variable == Key)
            ? settings.Last(setting => setting.Variable == Key).Value
            : Environment.GetEnvironmentVariable(Key);
        return new(ChildProcess.Start(command, directory, [.. usual, .. settings]), publicAddress, managementAddress, key ?? "");
    }

    /// <summary>The hosts of all modules as one: a client that sends each request to the host of its module.</summary>
    /// <param name="modules">The hosts, by module.</param>
    public static HostProcess AllOf(IReadOnlyDictionary<string, HostProcess> modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        var first = modules[Gateway.OfNoModule];
        return new(first._process, first.Public.BaseAddress!, first.Management.BaseAddress!, first._managementKey, modules);
    }

    /// <exception cref="XunitException">It ended, or was not ready in time; what it wrote is in the message.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the process goes on.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken ct = default)
    {
        for (var started = Stopwatch.GetTimestamp(); !HasExited && !await IsReadyAsync(); await Task.Delay(Pause, ct))
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new XunitException($"The host was not ready in time.\n{Written}");
        }

        if (HasExited)
            throw new XunitException($"The host ended with {_process.ExitCode}.\n{Written}");
    }

    /// <summary>Waits for its own end.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="XunitException">It did not end in time; what it wrote is in the message.</exception>
    public async Task<int> WaitForExitAsync()
    {
        try
        {
            return await _process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new XunitException($"The host did not end in time.\n{Written}");
        }
    }

    /// <summary>SIGKILL: no last word. Returns when the process is gone.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>SIGTERM, as an orchestrator sends it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        return await WaitForExitAsync();
    }

    /// <summary>Sends a signal to its whole process group, as a terminal does, and returns at once.</summary>
    public Task SignalAsync(string signal) => _process.SignalAsync(signal, toGroup: OperatingSystem.IsLinux());

    /// <summary>Kills it if it still runs; that takes an embedded PostgreSQL with it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        HangUp();
    }

    private protected override HttpMessageHandler ToPublic(HttpMessageHandler sockets) =>
        _modules is null ? sockets : new Gateway(module => _modules.GetValueOrDefault(module)?.Public.BaseAddress) { InnerHandler = sockets };

    private protected override HttpMessageHandler ToManagement(HttpMessageHandler sockets)
    {
        if (_modules is null)
            return sockets;
        List<string> names = [.. _modules.Keys];
        return new OperatorsOfAll(
            [.. _modules.Values.Select(host => host.Management.BaseAddress!)], module => Math.Max(0, names.IndexOf(module)),
            (host, line) => Hop.IsCounted(names[host] == Gateway.OfNoModule, line))
        {
            InnerHandler = sockets,
        };
    }

    private static Uri AddressIn((string Variable, string? Value)[] settings, string door) =>
        settings.LastOrDefault(setting => setting.Variable == door).Value is { } given ? new(given) : Loopback.FreeAddress();

    // A background job of a script is born deaf to Ctrl-C, and would hand that on.
    private static string[] Group() => OperatingSystem.IsLinux() ? ["setsid", "env", "--default-signal=INT,QUIT,HUP"] : [];

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await Management.GetAsync("/health/ready");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
