using System.Globalization;
using ECommerce.Incidents.Model;
using ECommerce.Testing;

namespace ECommerce.Incidents.Running;

/// <summary>A shop of its own: a PostgreSQL, a host, and a proxy on each side of it. Everything ends with it.</summary>
internal sealed class Arena : IArena, IAsyncDisposable
{
    private const string Everyday = "browse=40,buy=35,look-back=10,change-mind=6,join=4,restock=4";
    private const int EverydayCustomers = 24;
    private static readonly TimeSpan TermPatience = TimeSpan.FromSeconds(8);

    private readonly Stack<Func<ValueTask>> _leaving = new();
    private readonly IncidentFolder _folder = new();
    private readonly Entrances _entrances = new();
    private readonly List<ChildProcess> _neighbours = [];
    private readonly int _seed;
    private Database _database = null!;
    private HostRunner _hosts = null!;
    private HostSettings _settings = null!;
    private int _groups;

    private Arena(int seed)
    {
        _seed = seed;
        _leaving.Push(() =>
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        });
        _leaving.Push(_entrances.DisposeAsync);
    }

    public Uri Public => new($"http://127.0.0.1:{ToHost.Near.Port}");

    public Uri Management => new($"http://127.0.0.1:{_entrances.Management.Near.Port}");

    public string ManagementKey { get; } = Guid.NewGuid().ToString("N");

    public string Administrator => _database.Administrator;

    /// <summary>The connection string of operators.</summary>
    public string Operator => _database.Operator;

    /// <summary>The arguments of psql for operators.</summary>
    public string Psql => _database.Psql;

    /// <summary>The connection string in the host's settings, without the proxy.</summary>
    public string HostConnection => _database.ForHost;

    public string Login => Database.Login;

    public string LoginPassword => Database.Password;

    public Wire ToDatabase { get; private set; } = null!;

    public Wire ToHost => _entrances.Public;

    public int HostProcessId => _hosts.ProcessId;

    public DirectoryInfo Folder => _folder.Root;

    /// <summary>The folder of the customers' journals: a folder for each group, since a journal has one writer.</summary>
    public DirectoryInfo Journal => _folder.Journal;

    /// <summary>The proxies in front of the host.</summary>
    public Entrances Entrances => _entrances;

    /// <summary>What somebody has changed of the host's settings.</summary>
    public IReadOnlyDictionary<string, string?> ChangedSettings => _settings.Changes;

    /// <summary>Whether a build serves.</summary>
    public bool IsServedBy(string? patch) => _hosts.Build == Builds.ProgramOf(patch);

    /// <summary>The link that opens the console without a key, once.</summary>
    public Uri Console => new(Management, _hosts.ConsoleLink ?? "/console/sign-in");

    /// <summary>The programs beside the host that still run.</summary>
    public IReadOnlyList<int> Neighbours => [.. _neighbours.Where(program => !program.HasExited).Select(program => program.Id)];

    /// <param name="seed">Seeds the customers.</param>
    /// <param name="ct">Cancels the start.</param>
    public static async Task<Arena> OpenAsync(int seed, CancellationToken ct)
    {
        var arena = new Arena(seed);
        try
        {
            await arena.SetUpAsync(ct);
            return arena;
        }
        catch
        {
            await arena.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the usual customers.</summary>
    /// <param name="rate">Journeys that arrive in a second.</param>
    public ChildProcess StartEverydayCustomers(double rate) => StartCustomers(rate, Everyday, EverydayCustomers);

    public HttpClient ClientAt(string address, string userAgent) => _entrances.ClientAt(address, userAgent);

    public ChildProcess StartCustomers(double rate, string mix, int customers)
    {
        _groups++;
        string[] group = OperatingSystem.IsLinux() ? ["setsid"] : []; // out of reach of the terminal's Ctrl-C
        return Keep(ChildProcess.Start(
            [.. group, "dotnet", Path.Combine(AppContext.BaseDirectory, "ECommerce.Traffic.dll"),
                "--shop", Public.ToString(), "--seed", Text(_seed + _groups), "--rate", Text(rate), "--for", "1440m", "--think", "300ms",
                "--mix", mix, "--customers", Text(customers), "--in-flight", "100", "--journal", Path.Combine(Journal.FullName, Text(_groups))],
            null, ("TRAFFIC_ADMIN_EMAIL", HostSettings.AdminEmail), ("TRAFFIC_ADMIN_PASSWORD", HostSettings.AdminPassword)));
    }

    public Task RestartAsync(IReadOnlyDictionary<string, string?> changes, CancellationToken ct) => _hosts.RestartAsync(changes, ct);

    public Task CompileAsync(string? patch, CancellationToken ct) => Builds.CompileAsync(patch, ct);

    public Task ReleaseAsync(string? patch, CancellationToken ct) => _hosts.ReleaseAsync(Builds.ProgramOf(patch), ct);

    public Task RollBackAsync(CancellationToken ct) => TryRollBackAsync(ct);

    /// <returns>Whether there was an earlier build.</returns>
    public Task<bool> TryRollBackAsync(CancellationToken ct) => _hosts.RollBackAsync(ct);

    public ChildProcess StartNeighbour(params string[] command)
    {
        var program = Keep(ChildProcess.Start(command));
        _neighbours.Add(program);
        return program;
    }

    /// <returns>Whether it was a program beside the host; it has ended then.</returns>
    public async Task<bool> StopNeighbourAsync(int id)
    {
        if (_neighbours.Find(program => program.Id == id && !program.HasExited) is not { } found)
            return false;
        // SIGTERM first, as an operator does: a program may have to undo something.
        await found.SignalAsync("TERM");
        await Task.WhenAny(found.WaitForExitAsync(), Task.Delay(TermPatience));
        if (!found.HasExited)
            await found.KillAsync(withChildren: true);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        while (_leaving.TryPop(out var leave))
            await leave();
    }

    private async Task SetUpAsync(CancellationToken ct)
    {
        _database = await Database.StartAsync(_folder.Database, ct);
        _leaving.Push(_database.DisposeAsync);
        ToDatabase = Wire.To(_database.ForHost, out var through);
        _leaving.Push(ToDatabase.DisposeAsync);
        _settings = new(through, _folder.Hosts, ManagementKey);
        _hosts = new(_folder.Hosts, _settings, _entrances.LeadPublic, _entrances.LeadManagement);
        _leaving.Push(_hosts.DisposeAsync);
        await _hosts.StartAsync(ct);
    }

    private ChildProcess Keep(ChildProcess program)
    {
        _leaving.Push(program.DisposeAsync);
        return program;
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
