using ECommerce.Testing;

namespace ECommerce.Incidents.Model;

/// <summary>The running shop, as a cause and an operator can reach it.</summary>
internal interface IArena
{
    /// <summary>The address for customers, through <see cref="ToHost"/>.</summary>
    Uri Public { get; }

    /// <summary>The management listener. It stays the same when the host is restarted.</summary>
    Uri Management { get; }

    string ManagementKey { get; }

    /// <summary>The connection string of the shop's database as superuser, past every proxy.</summary>
    string Administrator { get; }

    /// <summary>The role that the host logs in with. It is no superuser, and PostgreSQL asks for its password.</summary>
    string Login { get; }

    /// <summary>The password of <see cref="Login"/> in the host's settings.</summary>
    string LoginPassword { get; }

    /// <summary>The proxy between the host and the database.</summary>
    Wire ToDatabase { get; }

    /// <summary>The proxy between customers and the host.</summary>
    Wire ToHost { get; }

    /// <summary>The process of the host that serves now.</summary>
    int HostProcessId { get; }

    /// <summary>The folder of the incident, for files of a cause.</summary>
    DirectoryInfo Folder { get; }

    /// <summary>
    /// Calls the shop from an address of its own (<c>203.0.113.66</c>), through a proxy of its own, so that an operator can block it. The
    /// client's HTTP connections fail after that.
    /// </summary>
    /// <param name="address">The client's address, which the host takes from <c>X-Forwarded-For</c>.</param>
    /// <param name="userAgent">What the client says that it is.</param>
    HttpClient ClientAt(string address, string userAgent);

    /// <summary>
    /// Starts more customers of tools/Traffic, whose requests are in the journal that the audit reads: whoever buys has to be one of them.
    /// </summary>
    /// <param name="rate">Journeys that arrive in a second.</param>
    /// <param name="mix">The journeys, as <c>--mix</c> has them: <c>browse=50,buy=30</c>.</param>
    /// <param name="customers">The registered customers that they share.</param>
    ChildProcess StartCustomers(double rate, string mix, int customers);

    /// <summary>
    /// Replaces the host by one with other settings, as a rolling restart does: the next host is ready before the last one is stopped. What an
    /// operator has set stays set.
    /// </summary>
    /// <param name="changes">By environment variable; null restores the usual value.</param>
    /// <param name="ct">Cancels it.</param>
    Task RestartAsync(IReadOnlyDictionary<string, string?> changes, CancellationToken ct);

    /// <summary>Compiles the sources with a patch of <c>tools/Incidents/Releases</c> on them, unless that was done before.</summary>
    /// <param name="patch">The file's name without its ending; null for a build without changes.</param>
    /// <param name="ct">Cancels it.</param>
    Task CompileAsync(string? patch, CancellationToken ct);

    /// <summary>Replaces the host by one of that build, which has a version of its own.</summary>
    /// <param name="patch">A patch that was compiled.</param>
    /// <param name="ct">Cancels it.</param>
    Task ReleaseAsync(string? patch, CancellationToken ct);

    /// <summary>Replaces the host by one of the build before the last release; nothing when there was none.</summary>
    Task RollBackAsync(CancellationToken ct);

    /// <summary>Starts a program beside the host, which an operator sees among the machine's processes and may end.</summary>
    ChildProcess StartNeighbour(params string[] command);
}
