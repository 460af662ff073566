namespace ECommerce.Host.Tests.Http;

/// <summary>A shop that has issued two tokens which were good once.</summary>
public sealed class ShopWithDeadTokens : ShopFixture
{
    public string TokenOfADeletedUser { get; private set; } = "";

    public string TokenOlderThanThePassword { get; private set; } = "";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var (deleted, changed) = (await Given.ACustomerAsync(), await Given.ACustomerAsync());
        await DeleteAsync($"/api/users/{deleted.Id}", deleted);
        await PutAsync($"/api/users/{changed.Id}/password", new { oldPassword = changed.Password, newPassword = "something quite new" }, changed);
        // The host hears of both by event.
        await SettleAsync();
        (TokenOfADeletedUser, TokenOlderThanThePassword) = (deleted.Token, changed.Token);
    }
}
