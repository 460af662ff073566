using ECommerce.Incidents.Model;

namespace ECommerce.Incidents.Judging;

/// <summary>What a player says, in the closed vocabulary.</summary>
/// <param name="IsWrong">Whether something is wrong.</param>
/// <param name="Since">When it began; null when the player does not say.</param>
/// <param name="Causes">What it is; at most <see cref="MostCauses"/>.</param>
internal sealed record Answer(bool IsWrong, DateTimeOffset? Since, IReadOnlyList<AnsweredCause> Causes)
{
    public const int MostCauses = 2;

    /// <summary>The answer that nothing is wrong.</summary>
    public static Answer Nothing { get; } = new(false, null, []);
}

/// <param name="Where">A place of <see cref="ShopMap"/>.</param>
/// <param name="What">One of <see cref="Mechanisms"/>.</param>
/// <param name="Who">One of <see cref="Scopes"/>.</param>
/// <param name="Target">The module, group, product or client of the scope; null for all and nobody.</param>
internal sealed record AnsweredCause(string Where, string What, string Who, string? Target);
