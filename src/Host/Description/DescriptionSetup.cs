namespace ECommerce.Host.Description;

/// <summary>What the host tells about its own API: OpenAPI, the page for people, the list of problems.</summary>
internal static class DescriptionSetup
{
    public static IServiceCollection AddDescription(this IServiceCollection services) => services;

    public static void MapDescription(this WebApplication app)
    {
    }
}
