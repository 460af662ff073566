using ECommerce.Users.Contracts;
using ECommerce.Web;
using Microsoft.Extensions.Options;

namespace ECommerce.Topology.Tests;

/// <summary>The tokens of calls between hosts: for one contract, once, for a few seconds, by a key that the other host trusts.</summary>
public sealed class ContractTokenTests
{
    private static readonly Contract Find = new("users.find-user.v1", "users", typeof(FindUser), typeof(UserFound));
    private static readonly Contract Other = Find with { Name = "products.reserve-stock.v1" };

    private readonly MovableClock _clock = new();
    private readonly string _pem = SigningKey.NewPem();

    [Fact]
    public async Task A_token_is_accepted_once()
    {
        using var host = Host(_pem);
        var token = $"Bearer {host.For(Find)}";

        (await host.RefusalOfAsync(token, Find)).ShouldBeNull();
        (await host.RefusalOfAsync(token, Find)).ShouldBe("replayed");
        // It is remembered for as long as it is valid: the lifetime and the difference of clocks that is allowed.
        for (var second = 1; second <= 14; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            (await host.RefusalOfAsync($"Bearer {host.For(Find)}", Find)).ShouldBeNull();
            (await host.RefusalOfAsync(token, Find)).ShouldBe("replayed", $"after {second} s");
        }
    }

    [Fact]
    public async Task A_token_ends_after_seconds_and_is_for_one_contract()
    {
        using var host = Host(_pem);
        var (first, second) = ($"Bearer {host.For(Find)}", $"Bearer {host.For(Find)}");

        (await host.RefusalOfAsync(first, Other)).ShouldBe("other_audience");
        _clock.Advance(TimeSpan.FromSeconds(16));
        (await host.RefusalOfAsync(second, Find)).ShouldBe("expired");
    }

    [Fact]
    public async Task Only_the_own_key_and_trusted_ones_count()
    {
        var strangers = SigningKey.NewPem();
        using var stranger = Host(strangers);
        using var host = Host(_pem);
        using var trusting = Host(_pem, PublicHalf(SigningKey.NewPem()) + PublicHalf(strangers));

        (await host.RefusalOfAsync($"Bearer {stranger.For(Find)}", Find)).ShouldBe("signature");
        (await trusting.RefusalOfAsync($"Bearer {stranger.For(Find)}", Find)).ShouldBeNull();
        (await trusting.RefusalOfAsync($"Bearer {host.For(Find)}", Find)).ShouldBeNull();
    }

    [Theory]
    [InlineData(null, "missing")]
    [InlineData("", "missing")]
    [InlineData("Basic YTpi", "missing")]
    [InlineData("Bearer ", "malformed")]
    [InlineData("Bearer nonsense", "malformed")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJlY29tbWVyY2UtaG9zdHMifQ.", "signature")]
    public async Task What_is_no_token_is_refused(string? authorization, string reason)
    {
        using var host = Host(_pem);

        (await host.RefusalOfAsync(authorization, Find)).ShouldBe(reason);
    }

    private ContractTokens Host(string pem, string? trusted = null) =>
        new(Options.Create(new ContractsOptions { SigningKey = pem, TrustedKeys = trusted }), "orders", _clock);

    private static string PublicHalf(string pem)
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        key.ImportFromPem(pem);
        return key.ExportSubjectPublicKeyInfoPem() + "\n";
    }
}
