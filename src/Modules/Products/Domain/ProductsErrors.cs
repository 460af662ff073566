namespace ECommerce.Products;

/// <summary>What Products refuses, and why.</summary>
internal static class ProductsErrors
{
}
