using ECommerce.Testing;

namespace ECommerce.Incidents.Running;

/// <summary>The settings of the host: the usual ones, and what a cause or an operator has changed since.</summary>
internal sealed class HostSettings(string database, DirectoryInfo folder, string managementKey)
{
    public const string AdminEmail = "admin@shop.example";
    public const string AdminPassword = "the admin of the shop";

    private readonly Dictionary<string, string?> _changes = [];

    /// <summary>What differs from the usual settings.</summary>
    public IReadOnlyDictionary<string, string?> Changes => _changes;

    /// <summary>All settings, the later ones winning.</summary>
    public (string Variable, string? Value)[] All =>
    [
        ("ConnectionStrings__ECommerce", database),
        ("Data__Directory", folder.FullName),
        ("Management__Key", managementKey),
        ("Bootstrap__AdminEmail", AdminEmail),
        ("Bootstrap__AdminPassword", AdminPassword),
        ("Shop__DemoData", "true"),
        // The proxy in front of the host, which names the clients that are not the usual customers.
        ("Endpoints__TrustedProxies", "127.0.0.1"),
        // The usual customers come from one address.
        ("Limits__RequestsPerSecond", "2000"),
        ("Limits__Burst", "4000"),
        ("Limits__ConcurrencyPerClient", "180"),
        ("Limits__RegistrationsPerMinute", "600"),
        ("Limits__RegistrationBurst", "600"),
        ("Passwords__WaitingPerClient", "30"),
        .. HostProcess.WithoutQuotas,
        .. _changes.Select(change => (change.Key, change.Value)),
    ];

    public void Change(string variable, string? value)
    {
        if (value is null)
            _changes.Remove(variable);
        else
            _changes[variable] = value;
    }
}
