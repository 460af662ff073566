using ECommerce.Kernel;

namespace ECommerce.Platform.Http;

/// <summary>The errors of this host by code, for <c>/problems/{code}</c> and OpenAPI.</summary>
public sealed class ErrorCatalogue(IReadOnlyList<Error> errors)
{
    private readonly Dictionary<string, Error> _byCode = errors.ToDictionary(error => error.Code, StringComparer.Ordinal);

    public IReadOnlyCollection<Error> All => _byCode.Values;

    public Error? Find(string code) => _byCode.GetValueOrDefault(code);
}
