namespace ECommerce.Users.Tests;

/// <summary>Clients at different addresses. The host has to trust the tests as its gateway: <see cref="TheGateway"/>.</summary>
internal static class Network
{
    public static readonly (string Key, string? Value) TheGateway = ("Endpoints:TrustedProxies", "127.0.0.1");

    public const string Home = "192.0.2.10";
    public const string Elsewhere = "198.51.100.20";

    public static Task<Answer> LogInAsync(this ShopFixture shop, string email, string password, string from = Home) =>
        shop.PostAsync("/api/users/login", new { email, password }, null, ("X-Forwarded-For", from));

    public static Task<Answer> GuessAsync(this ShopFixture shop, string email, string from = Elsewhere) => shop.LogInAsync(email, "not the password", from);

    /// <summary>Guesses until the shop refuses to look at the password.</summary>
    /// <returns>How many guesses were looked at.</returns>
    public static async Task<int> GuessUntilRefusedAsync(this ShopFixture shop, Func<string> email, string from = Elsewhere, int most = 1000)
    {
        for (var guesses = 0; guesses < most; guesses++)
        {
            if ((await shop.GuessAsync(email(), from)).Status == 429)
                return guesses;
        }

        return most;
    }

    public static Task<Answer> RegisterAsync(this ShopFixture shop, string from, string? email = null) =>
        shop.PostAsync("/api/users", new { email = email ?? Given.NewEmail(), name = "Ada Tester", password = "correct horse battery" }, null, ("X-Forwarded-For", from));
}
