using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace ECommerce.Users;

/// <summary>A user as the API shows it.</summary>
/// <remarks>It is also a row of the table, without the secret columns.</remarks>
/// <param name="Id">The id of the user.</param>
/// <param name="Email">The e-mail as it was typed.</param>
/// <param name="Name">The name that the shop addresses the user by.</param>
/// <param name="Role">The role of the user: customer or admin.</param>
/// <param name="CreatedAt">When the user registered.</param>
/// <param name="UpdatedAt">When the user or the password was last changed.</param>
/// <param name="Version">The ETag, which is in a header and not in the body.</param>
internal sealed record User(
    Guid Id, string Email, string Name, [property: AllowedValues(Roles.Customer, Roles.Admin)] string Role, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, [property: JsonIgnore] long Version)
{
    /// <summary>The columns in the order of the record.</summary>
    public const string Columns = "id, email, name, role, created_at, updated_at, version";
}

/// <summary>The roles of users, as stored in the database and in tokens.</summary>
internal static class Roles
{
    public const string Customer = "customer";
    public const string Admin = "admin";
}
