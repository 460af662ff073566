using System.Net;
using ECommerce.Web;

namespace ECommerce.Shared.Tests.Web;

public sealed class ManagementKeyThrottleTests
{
    [Fact]
    public void Guesses_from_any_number_of_networks_are_remembered_in_bounded_memory()
    {
        var attempts = new ManagementKeyThrottle(new("the right key"), allowed: 1, TimeProvider.System);
        for (var i = 0; i < 5 * ManagementKeyThrottle.MostNetworks; i++)
            attempts.Try(Network(i), "a guess", out _, out _).ShouldBe(KeyResult.Wrong);

        attempts.Count.ShouldBe(ManagementKeyThrottle.MostNetworks);
        attempts.Try(Network(5 * ManagementKeyThrottle.MostNetworks - 1), "a guess", out _, out _).ShouldBe(KeyResult.Slowed, "the last one is remembered");
        attempts.Try(IPAddress.Loopback, "the right key", out _, out _).ShouldBe(KeyResult.Right);
    }

    private static IPAddress Network(int number) => new([0x20, 0x01, 0x0d, 0xb8, 0, 0, (byte)(number >> 8), (byte)number, 0, 0, 0, 0, 0, 0, 0, 0]);
}
