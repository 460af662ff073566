using ECommerce.Kernel;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Web;

/// <summary>Every refusal that this host can make, by code: what <c>/problems/{code}</c> explains and OpenAPI lists.</summary>
public sealed class ErrorCatalogue(IEnumerable<DeclaredErrors> declared)
{
    private readonly Dictionary<string, Error> _byCode = Error.AllOf(typeof(CommonErrors)).Concat(declared.SelectMany(part => part.Errors))
        .ToDictionary(error => error.Code, StringComparer.Ordinal);

    public IReadOnlyCollection<Error> All => _byCode.Values;

    public Error? Find(string code) => _byCode.GetValueOrDefault(code);
}

/// <summary>The refusals of one part of the host, such as a module. Registered as a singleton.</summary>
public sealed record DeclaredErrors(IReadOnlyList<Error> Errors);

public static class ErrorRegistration
{
    /// <summary>Lets the catalogue explain these refusals, too.</summary>
    public static IServiceCollection AddErrors(this IServiceCollection services, IReadOnlyList<Error> errors) =>
        services.AddSingleton(new DeclaredErrors(errors));
}
