using ECommerce.Kernel;

namespace ECommerce.Platform.Http;

/// <summary>Every refusal that this host can make, by code: what <c>/problems/{code}</c> explains and OpenAPI lists.</summary>
public sealed class ErrorCatalogue(IReadOnlyList<Error> errors)
{
    private readonly Dictionary<string, Error> _byCode = errors.ToDictionary(error => error.Code, StringComparer.Ordinal);

    public IReadOnlyCollection<Error> All => _byCode.Values;

    public Error? Find(string code) => _byCode.GetValueOrDefault(code);
}
