using System.Text.Json.Serialization;

namespace ECommerce.Users;

/// <summary>A user as the API shows it, and as a row that holds nothing secret.</summary>
/// <param name="Email">As it was typed.</param>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="Version">The ETag; a header tells it, not the body.</param>
internal sealed record User(
    Guid Id, string Email, string Name, string Role, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, [property: JsonIgnore] long Version)
{
    /// <summary>The columns in the order of the record.</summary>
    public const string Columns = "id, email, name, role, created_at, updated_at, version";
}

/// <summary>What a user may be, as the database and the token write it.</summary>
internal static class Roles
{
    public const string Customer = "customer";
    public const string Admin = "admin";
}
