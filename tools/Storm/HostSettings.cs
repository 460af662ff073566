using ECommerce.Testing;

namespace ECommerce.Storm;

/// <summary>What every host of a storm is told, in all topologies.</summary>
internal static class HostSettings
{
    public const string AdminEmail = "admin@storm.example";
    public const string AdminPassword = "the admin of the storm";

    public static IReadOnlyList<(string Name, string? Value)> All { get; } =
    [
        ("DOTNET_ENVIRONMENT", "Development"),
        ("ASPNETCORE_ENVIRONMENT", "Development"),
        ("Bootstrap__AdminEmail", AdminEmail),
        ("Bootstrap__AdminPassword", AdminPassword),
        ("Shop__DemoData", "true"),
        // Customers come from one address here.
        ("Limits__RequestsPerSecond", "1000000"),
        ("Limits__Burst", "1000000"),
        ("Limits__ConcurrencyPerClient", "100000"),
        ("Limits__RegistrationsPerMinute", "1000000"),
        ("Limits__RegistrationBurst", "1000000"),
        ("Passwords__WaitingPerClient", "100000"),
        ("Passwords__Waiting", "100000"),
        // Hashing slowly is for attackers, and this machine has other things to do.
        ("Passwords__Iterations", "10000"),
        // What a killed host held for nobody has to come back while somebody looks.
        ("Products__ReservationLifetime", "00:00:20"),
        ("Products__LapseInterval", "00:00:01"),
        .. HostProcess.WithoutQuotas,
    ];
}
