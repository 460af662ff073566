using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Users;

/// <summary>A seed of demo customers. They share one password and one hash of it, since hashing five times would delay the start.</summary>
internal sealed class DemoCustomers(
    UsersDb db, Passwords passwords, KeptSecrets secrets, StartupMessages notes, IOptions<ShopOptions> shop, IHostEnvironment environment, TimeProvider clock) : ISeed
{
    private static readonly (Guid Id, string Email, string Name)[] Customers =
    [
        (new("0190f5fe-7c00-7a00-8000-000000000001"), "ada.lindqvist@shop.example", "Ada Lindqvist"),
        (new("0190f5fe-7c00-7a00-8000-000000000002"), "jonas.weber@shop.example", "Jonas Weber"),
        (new("0190f5fe-7c00-7a00-8000-000000000003"), "chiara.romano@shop.example", "Chiara Romano"),
        (new("0190f5fe-7c00-7a00-8000-000000000004"), "mateusz.nowak@shop.example", "Mateusz Nowak"),
        (new("0190f5fe-7c00-7a00-8000-000000000005"), "amelie.dubois@shop.example", "Amélie Dubois"),
    ];

    public async Task SeedAsync(CancellationToken ct)
    {
        if (!(shop.Value.DemoData ?? environment.IsDevelopment()))
            return;

        Guid[] ids = [.. Customers.Select(customer => customer.Id)];
        var password = secrets.GetOrCreate("demo.password", KeptSecrets.NewPassword);
        // Stored beside the password: a warm start compares instead of hashing.
        var hash = secrets.GetOrCreate("demo.hash", () => passwords.Hash(password));
        if (await db.SingleOrDefaultAsync<int>(CountDemo, new { Ids = ids }, ct) < ids.Length)
        {
            await db.ExecuteAsync(InsertDemo, new
            {
                Ids = ids,
                Emails = Customers.Select(customer => customer.Email).ToArray(),
                EmailKeys = Customers.Select(customer => UserRules.KeyOf(customer.Email)).ToArray(),
                Names = Customers.Select(customer => customer.Name).ToArray(),
                Hash = hash,
                Now = clock.GetUtcNow(),
            }, ct);
        }

        string[] open = [.. (await db.QueryAsync<Customer>(SelectDemo, new { Ids = ids }, ct))
            .GroupBy(customer => customer.PasswordHash)
            .Where(sharing => sharing.Key == hash || passwords.Verify(sharing.Key, password) is not PasswordVerificationResult.Failed)
            .SelectMany(sharing => sharing, (_, customer) => customer.Email)];
        if (open.Length > 0)
            notes.Add($"Demo customers:    {string.Join(", ", open)} / {(environment.IsDevelopment() ? password : "the password in keys/demo.password of the data folder")}");
    }

    private sealed record Customer(string Email, string PasswordHash);

    private const string CountDemo = """
        SELECT count(*)::int FROM users.users WHERE id = ANY(@Ids)
        """;

    private const string InsertDemo = """
        INSERT INTO users.users (id, email, email_key, name, password_hash, role, created_at, updated_at)
        SELECT id, email, email_key, name, @Hash, 'customer', @Now, @Now
        FROM unnest(@Ids, @Emails, @EmailKeys, @Names) AS demo (id, email, email_key, name)
        ON CONFLICT DO NOTHING
        """;

    private const string SelectDemo = """
        SELECT email, password_hash
        FROM users.users
        WHERE id = ANY(@Ids) AND deleted_at IS NULL
        ORDER BY id
        """;
}
