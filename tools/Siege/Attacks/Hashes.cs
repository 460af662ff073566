namespace ECommerce.Siege.Attacks;

/// <summary>Requests that each cost the host a password hash.</summary>
internal static class Hashes
{
    private const double PerSecond = 30;

    // Logging in is what the attack starves; the goal is a 95th percentile under a second.
    public static readonly Attack Attack = new("hashes", $"{PerSecond} registrations and {PerSecond} wrong logins a second, each of another account.",
        (attacker, ct) => Task.WhenAll(
            attacker.RepeatAsync(PerSecond, () => Customers.Registration(Customers.NewCustomer()), ct),
            attacker.RepeatAsync(PerSecond, () => Customers.Login(Customers.NewCustomer()), ct)),
        Aim: Kinds.Logins, AimShare: 0.95);
}

/// <summary>Wrong passwords for one honest customer's account, while that customer wants to log in.</summary>
internal static class Lockout
{
    private const double PerSecond = 10;

    // A login clears what was counted against the account, so the guesses come first.
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(3);

    public static readonly Attack Attack = new("lockout",
        $"{PerSecond} wrong passwords a second for one customer's account; after {Lead.TotalSeconds} s the customer logs in once a second from elsewhere.",
        (attacker, ct) => Task.WhenAll(
            attacker.RepeatAsync(PerSecond, () => Customers.Login(attacker.Customers.Victim.Account, $"guess {Guid.NewGuid():N}"), ct),
            attacker.Customers.LogVictimInAsync(attacker.Felt, Lead, ct)),
        Aim: Kinds.VictimLogins);
}
