namespace ECommerce.Traffic;

/// <summary>An account, and the token that it holds.</summary>
internal sealed class Customer(string email, string password)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(5);

    private Session? _session;

    public string Email => email;

    public string Password => password;

    public string? Token => _session?.Token;

    public bool NeedsToken => _session is not { } session || session.ExpiresAt - TimeProvider.System.GetUtcNow() < Soon;

    public void Holds(string token, DateTimeOffset expiresAt) => _session = new(token, expiresAt);

    private sealed record Session(string Token, DateTimeOffset ExpiresAt);
}
