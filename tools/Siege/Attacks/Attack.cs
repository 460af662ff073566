namespace ECommerce.Siege.Attacks;

/// <summary>One attack by one client.</summary>
/// <param name="Name">For <c>--attack</c> and the tables.</param>
/// <param name="Does">What the client sends, in one sentence.</param>
/// <param name="RunAsync">Attacks until cancelled, which is its normal end.</param>
/// <param name="Aim">The kind of honest request that the attack aims at, which has a goal of its own; null for none.</param>
/// <param name="AimShare">The share of <paramref name="Aim"/> to be served within a second.</param>
internal sealed record Attack(string Name, string Does, Func<Attacker, CancellationToken, Task> RunAsync, string? Aim = null, double AimShare = Goal.Served)
{
    public static readonly IReadOnlyList<Attack> All =
    [
        new("calm", "No attack: what the other rows are compared with.", (_, _) => Task.CompletedTask),
        Slow.Bodies,
        Slow.Chunks,
        Slow.Headers,
        Slow.Idle,
        Slow.Readers,
        Amplification.Attack,
        Hashes.Attack,
        Lockout.Attack,
        Noise.Attack,
        Hoarding.Attack,
    ];
}
