using Microsoft.AspNetCore.Identity;

namespace ECommerce.Users;

/// <summary>
/// A seed that creates the first administrator when there is none. An existing administrator is not changed, whatever is configured.
/// </summary>
internal sealed class FirstAdmin(
    UsersDb db, Passwords passwords, KeptSecrets secrets, StartupMessages notes, IOptions<BootstrapOptions> options, TimeProvider clock) : ISeed
{
    /// <exception cref="StartupException">There is no administrator, and a customer has the e-mail.</exception>
    public async Task SeedAsync(CancellationToken ct)
    {
        var isGenerated = options.Value.AdminPassword is null;
        var admin = await db.SingleOrDefaultAsync<Admin>(SelectAdmin, null, ct);
        if (admin is not null && !isGenerated)
            return;

        var email = options.Value.AdminEmail ?? BootstrapOptions.DefaultAdminEmail;
        var password = options.Value.AdminPassword ?? secrets.GetOrCreate("admin.password", KeptSecrets.NewPassword);
        // Stored beside the password: a warm start compares instead of hashing.
        var hash = isGenerated ? secrets.GetOrCreate("admin.hash", () => passwords.Hash(password)) : passwords.Hash(password);
        if (admin is null)
        {
            await db.ExecuteAsync(InsertAdmin,
                new { Id = Guid.CreateVersion7(), Email = email, EmailKey = UserRules.KeyOf(email), Hash = hash, Now = clock.GetUtcNow() }, ct);
            admin = await db.SingleOrDefaultAsync<Admin>(SelectAdmin, null, ct)
                ?? throw new StartupException("Bootstrap__AdminEmail is the e-mail of a customer. Choose another.");
        }

        if (!isGenerated)
            return;

        // A password that does not match is not shown: it was changed, or another data folder holds the right one.
        var opens = admin.PasswordHash == hash || passwords.Verify(admin.PasswordHash, password) is not PasswordVerificationResult.Failed;
        notes.Add($"Administrator:     {admin.Email} / {(opens ? password : "a password that was not made here, or changed since")}");
    }

    private sealed record Admin(string Email, string PasswordHash);

    private const string SelectAdmin = """
        SELECT email, password_hash
        FROM users.users
        WHERE role = 'admin' AND deleted_at IS NULL
        ORDER BY created_at, id
        LIMIT 1
        """;

    private const string InsertAdmin = """
        INSERT INTO users.users (id, email, email_key, name, password_hash, role, created_at, updated_at)
        VALUES (@Id, @Email, @EmailKey, 'Administrator', @Hash, 'admin', @Now, @Now)
        ON CONFLICT DO NOTHING
        """;
}
