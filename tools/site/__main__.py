"""Write the pages without building the documentation: `python -m tools.site`."""

from tools.site.build import build

if __name__ == "__main__":
    print(f"{build()} pages")
